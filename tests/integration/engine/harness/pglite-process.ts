import { openAsBlob } from "node:fs";
import { openDatabase } from "../../../../infra/local/database/open-database.ts";
import { serveDatabase } from "../../../../infra/local/database/socket-server.ts";

/** A PGlite of its own process: `node pglite-process.ts <directory> <port> [<template file>]`. Says its port on stdout. */
const [directory = "", port = "0", template] = process.argv.slice(2);
const database = await openDatabase({
  ...(directory === "" ? {} : { directory }),
  ...(template === undefined ? {} : { template: await openAsBlob(template) }),
});
const socket = await serveDatabase(database, Number(port));
process.stdout.write(`port ${socket.port}\n`);
