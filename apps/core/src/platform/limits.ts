/** Every limit of the product, with its unit. */
export const limits = {
  prompt: { maxChars: 200_000 },
  request: { maxBodyBytes: 2 * 1024 * 1024, maxPromptBodyBytes: 12 * 1024 * 1024 },
  turn: {
    maxSteps: 100,
    heartbeatMs: 3_000,
    staleAfterMs: 15_000,
    abortCheckMs: 400,
    maxQueuedPerSession: 20,
    maxActivePerWorkspace: 25,
    doomLoopRepeats: 3,
    maxParallelCalls: 10,
    maxRecoveries: 8,
    maxClockSkewMs: 60_000,
    reapEveryMs: 1_000,
    /** after it the engine calls the run anew, with all that its steps answered */
    maxRuntimeMs: 5 * 60_000,
    /** the engine hears of so many steps at once, and at the latest after so long */
    stepsPerCheckpoint: 8,
    checkpointEveryMs: 2_000,
    /** how long a process keeps a turn in hand between two of its steps */
    lingerMs: 5_000,
    /** how long the end of an answer waits for its only call to be judged, so that both are written at once */
    beginEarlyMs: 500,
    /** between two looks at what a turn has changed so far; its end always looks */
    diffSpacingMs: 500,
    /** and at least so many times what the last look took */
    diffShare: 10,
    /** how long a process keeps the connection to a session's sandbox after a turn */
    sandboxRestMs: 20_000,
    heldLogs: 64,
    heldLogChars: 24 * 1024 * 1024,
  },
  eventLog: { deltaBatchMs: 40, pushBatchMs: 30, deltaMaxChars: 8_192, pageSize: 1_000, liveOutputMaxChars: 100_000 },
  live: {
    /** a hint over this size goes without its events: readers fetch them */
    hintMaxBytes: 7_000,
    safetyPollMs: 1_000,
    bufferedFrames: 2_000,
    viewerMaxBufferedBytes: 4 * 1024 * 1024,
    heartbeatMs: 15_000,
    connectTimeoutMs: 2_000,
    reconnectMs: 250,
    /** hints that wait for a connection that is being made; more are left to the readers' poll */
    waitingHints: 100,
    /** a process that stands still is cut off, and comes back by itself */
    streamMaxBufferedBytes: 8 * 1024 * 1024,
  },
  internalCall: { maxAgeMs: 60_000 },
  context: { instructionsMaxBytes: 64 * 1024 },
  agent: {
    promptMaxChars: 100_000,
    definitionMaxBytes: 128 * 1024,
    maxDefinitionFiles: 200,
    maxCustomPerWorkspace: 100,
    /** how long a parent waits for the turn of a sub-agent */
    childWaitMs: 24 * 3_600_000,
    maxChildrenPerSession: 50,
    /** a model that thinks first thinks within it */
    titleMaxOutputTokens: 1_000,
    titleTimeoutMs: 30_000,
    defaultDepth: 2,
  },
  command: { argumentsMaxChars: 20_000, fileMaxBytes: 256 * 1024, maxFiles: 20, maxListedFiles: 200_000, maxSuggestions: 30 },
  image: {
    /** of one picture: what the strictest provider takes */
    maxBytes: 3_750_000,
    maxPerPrompt: 8,
    maxPromptBytes: 7_000_000,
    maxEdge: 8_000,
    /** the last pictures of prompts that a model is shown again with the conversation */
    shown: 20,
    /** of those and the calls' together: 16 MB in base64, for a provider may take no more than 20 MB in a request */
    shownBytes: 12_000_000,
    /** base64 that a process keeps of pictures in use */
    heldChars: 24_000_000,
  },
  compare: { minSessions: 2, maxSessions: 5 },
  permission: { waitMs: 7 * 24 * 3_600_000, maxPolicyRules: 500, dryRunMaxSessions: 100, dryRunMaxCalls: 2_000 },
  tool: {
    maxOutputLines: 2_000,
    maxOutputBytes: 50 * 1024,
    bashDefaultTimeoutMs: 120_000,
    bashMaxTimeoutMs: 600_000,
    /** of a script that a command runs by name and that is looked into */
    scriptMaxBytes: 128 * 1024,
    lookTimeoutMs: 5_000,
    /** of all looks that one call needs */
    looksTimeoutMs: 20_000,
    readMaxLines: 2_000,
    readMaxLineChars: 2_000,
    searchMaxHits: 100,
    imageMaxBytes: 5 * 1024 * 1024,
    /** the last calls whose pictures a model is shown again with the conversation */
    shownImages: 6,
  },
  webFetch: { maxBytes: 5 * 1024 * 1024, htmlMaxChars: 400_000, maxRedirects: 5, defaultTimeoutSeconds: 30, maxTimeoutSeconds: 120 },
  language: {
    formatTimeoutMs: 4_000,
    afterEditTimeoutMs: 5_000,
    askTimeoutMs: 20_000,
    quietMs: 400,
    maxDiagnosticLines: 20,
    /** a server that nobody asks is stopped after it */
    serverIdleMs: 120_000,
  },
  /** of a workspace's skill, beside its text */
  skillFiles: { maxFiles: 100, fileMaxBytes: 256 * 1024, totalMaxBytes: 1024 * 1024, pathMaxChars: 200 },
  webSearch: { maxHits: 10, snippetMaxChars: 500, timeoutMs: 15_000, maxBytes: 5 * 1024 * 1024 },
  skill: { maxSkills: 200, maxFiles: 20_000, fileMaxBytes: 256 * 1024, catalogueMaxBytes: 16 * 1024, catalogueEntryMaxChars: 380 },
  model: {
    maxRetries: 4,
    retryBaseMs: 1_000,
    maxRetryWaitMs: 120_000,
    listTimeoutMs: 3_000,
    listMaxBytes: 5 * 1024 * 1024,
    listCacheMs: 30_000,
    ollamaProbeTimeoutMs: 300,
    keyTestTimeoutMs: 15_000,
    defaultMaxOutputTokens: 32_000,
    /** so long what the transaction before a call has read of its setup is as good as new */
    primedMs: 250,
    /** failures in a row after which a source is left alone, and for how long: doubled each time it fails again */
    circuitFailures: 6,
    circuitOpenMs: 15_000,
    circuitMaxOpenMs: 120_000,
    /** how long the others wait for the one call that tries whether a source works again */
    circuitProbeMs: 60_000,
    /** a place in the queue of calls that was not renewed for so long belongs to nobody */
    ticketMs: 15_000,
    ticketRenewMs: 5_000,
    ticketPollMs: 150,
  },
  budget: {
    /** what a call that died had set aside comes back after this */
    reservationMs: 30 * 60_000,
    reapEveryMs: 60_000,
    /** an answer is bounded to one of these where the money is short */
    outputSteps: [32_000, 8_000, 2_000],
    warnAtShare: 0.8,
    maxPerWorkspace: 200,
    /** what is set aside for a question, in parts of its estimate: providers count up to a third more */
    estimateMargin: 1.35,
  },
  sandbox: {
    memoryBytes: 2 * 1024 ** 3,
    processes: 512,
    cpus: 2,
    diskBytes: 4 * 1024 ** 3,
    inodes: 500_000,
    fileMaxBytes: 2 * 1024 ** 3,
    tmpBytes: 512 * 1024 ** 2,
    outputFileMaxBytes: 16 * 1024 ** 2,
    readMaxBytes: 10 * 1024 ** 2,
    writeMaxBytes: 20 * 1024 ** 2,
    stdinMaxBytes: 4 * 1024 ** 2,
    listMaxEntries: 10_000,
    searchMaxHits: 10_000,
    killGraceMs: 200,
    startTimeoutMs: 15_000,
    pullTimeoutMs: 300_000,
    callTimeoutMs: 60_000,
    creatingStaleMs: 30_000,
    orphanGraceMs: 10 * 60_000,
    idleMs: 15 * 60_000,
    heartbeatMs: 10_000,
  },
  projectConfig: { maxBytes: 256 * 1024, referencedFileMaxBytes: 64 * 1024 },
  sandboxEgress: {
    connections: 128,
    headerBytes: 16 * 1024,
    headerTimeoutMs: 10_000,
    idleTimeoutMs: 120_000,
    lifeMs: 3_600_000,
    bytesPerConnection: 4 * 1024 ** 3,
    connectTimeoutMs: 10_000,
  },
  terminal: {
    /** an answer waits this long for output before it says that there is none */
    waitMs: 20_000,
    inputMaxBytes: 64 * 1024,
    /** a connection to the sandbox that nobody used for so long is given back */
    lingerMs: 60_000,
  },
  preview: {
    /** a link is good for one visit, begun within this time */
    linkMs: 60_000,
    visitMs: 8 * 3_600_000,
    /** how long an answer about a visitor's rights is believed */
    recheckMs: 10_000,
    maxTunnels: 64,
    tunnelTimeoutMs: 10_000,
    answerTimeoutMs: 60_000,
  },
  setup: {
    commandTimeoutMs: 600_000,
    packTimeoutMs: 300_000,
    logChars: 64 * 1024,
    cachedMaxBytes: 2 * 1024 ** 3,
    cacheBytes: 10 * 1024 ** 3,
    maxCommands: 30,
  },
  repository: {
    maxBytes: 2 * 1024 ** 3,
    fetchTimeoutMs: 300_000,
    patchMaxBytes: 20 * 1024 * 1024,
    diffFileMaxBytes: 512 * 1024,
    snapshotFileMaxBytes: 32 * 1024 * 1024,
    snapshotMaxBytes: 512 * 1024 * 1024,
    snapshotMaxFiles: 50_000,
    /** what lies here without a row for so long has none coming */
    leftoverGraceMs: 3_600_000,
    sweepEveryMs: 24 * 3_600_000,
    bundleMaxBytes: 256 * 1024 * 1024,
    pushTimeoutMs: 180_000,
    /** over this, only the newest state of the default branch is fetched */
    fullMaxBytes: 512 * 1024 * 1024,
    /** an uploaded archive, as it comes and unpacked */
    archiveMaxBytes: 200 * 1024 * 1024,
    archiveUnpackedMaxBytes: 1024 ** 3,
    archiveFileMaxBytes: 200 * 1024 * 1024,
    archiveMaxFiles: 100_000,
    /** unpacked : packed, once more than 50 MB came out */
    archiveMaxRatio: 200,
    /** of one directory in the file view */
    treeMaxEntries: 5_000,
    fileViewMaxBytes: 1024 * 1024,
    searchMaxHits: 100,
    searchLineMaxChars: 300,
    searchTimeoutMs: 10_000,
  },
  invite: { validMs: 7 * 24 * 3_600_000, maxOpenPerWorkspace: 100 },
  tenancy: { maxWorkspacesPerUser: 50, maxApiKeysPerWorkspace: 100, apiKeyUsedResolutionMs: 60_000, auditPageSize: 50 },
  signInMail: { validMs: 24 * 3_600_000, perAddress: 5, perProcess: 200, windowMs: 10 * 60_000 },
  signInLink: { validMs: 24 * 3_600_000 },
  authSession: { maxAgeSeconds: 30 * 24 * 3_600 },
  rest: {
    /** by caller and process: what changes something, and what only reads */
    requestsPerMinute: 120,
    readsPerMinute: 600,
    unauthenticatedPerMinute: 60,
    idempotencyRetentionMs: 24 * 3_600_000,
    /** a first request that takes longer is thought dead, and its key may be used again */
    idempotencyClaimMs: 60_000,
    /** how often an open event stream looks whether its caller may still see it */
    streamRecheckMs: 10_000,
    maxStreamsPerCaller: 1_000,
  },
  health: { componentTimeoutMs: 2_000 },
  mail: { timeoutMs: 15_000, outboxKept: 100 },
  worker: {
    registerEveryMs: 30_000,
    reapSandboxesEveryMs: 30_000,
    keepWarmEveryMs: 5_000,
    drainMs: 1_500,
    announceEveryMs: 10_000,
    /** how long a list of the workers is believed */
    knownForMs: 2_000,
    /** a machine whose workers were not heard of for so long counts as gone; a restart takes less */
    goneAfterMs: 45_000,
    forgetAfterMs: 24 * 3_600_000,
    /** what other processes of ours ask of a machine's files */
    machineCallTimeoutMs: 60_000,
  },
  outbox: { batchSize: 50, retryMs: 1_000 },
  mcp: {
    maxServersPerWorkspace: 50,
    connectTimeoutMs: 10_000,
    callTimeoutMs: 120_000,
    /** how long a list of tools is believed */
    toolsMaxAgeMs: 10 * 60_000,
    /** how long a turn keeps its list of tools */
    turnToolsMaxAgeMs: 15_000,
    /** how long a process takes what it has noted of a repository's servers for known */
    syncedMs: 60_000,
    maxToolsPerServer: 500,
    maxSchemaBytes: 32 * 1024,
    idleCloseMs: 60_000,
    signInValidMs: 15 * 60_000,
    /** one renewal of tokens, and how long others wait for it */
    renewalMaxMs: 30_000,
    renewalPollMs: 100,
    /** of the model's context: schemas over this share are searched instead of sent */
    maxContextShare: 0.1,
    maxResponseBytes: 5 * 1024 * 1024,
  },
  engineRead: { timeoutMs: 3_000, messageMaxChars: 500 },
} as const;
