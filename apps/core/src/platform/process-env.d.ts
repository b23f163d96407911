declare namespace NodeJS {
  interface ProcessEnv {
    // Next declares it as always there, which would make every environment that is handed to a child process name it.
    readonly NODE_ENV?: "development" | "production" | "test";
  }
}
