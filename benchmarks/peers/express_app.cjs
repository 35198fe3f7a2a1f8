// The same endpoint on Express with express-session: node express_app.cjs PORT, with the session id,
// its secret and the token in the environment. It really verifies the signed cookie and loads the
// session, as the real server does.
"use strict";
const express = require("express");
const session = require("express-session");

const [port, sid, secret, token] =
  [process.argv[2], process.env.BENCH_SID, process.env.BENCH_SECRET, process.env.BENCH_TOKEN];
const users = new Map([["alice", { username: "alice", token }]]);
const store = new session.MemoryStore();
store.set(sid, { cookie: { path: "/", maxAge: 30 * 3600 * 1000 }, username: "alice" });

const app = express();
app.use(session({
  name: "animeloop.auth.sid", secret, store, resave: false, saveUninitialized: false,
}));
app.post("/api/v2/auth/token", (req, res) => {
  const user = users.get(req.session.username);
  if (!user) {
    res.json({ status: "error", code: 1940102, message: "cookie session validation failed." });
    return;
  }
  res.json({
    status: "success", code: 1320001, message: "request token successfully.",
    data: { token: user.token },
  });
});
app.listen(Number(port), "127.0.0.1");
