// Loaded before the Agents Playground: what it listens on, it listens on at 127.0.0.1 only.
const net = require("net");

const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (...given) {
  if (given[0] && typeof given[0] === "object" && "port" in given[0]) {
    given[0] = { ...given[0], host: "127.0.0.1" };
  } else if (typeof given[0] === "number" || typeof given[0] === "string") {
    given.splice(1, typeof given[1] === "string" ? 1 : 0, "127.0.0.1");
  }
  return listen.apply(this, given);
};
