/** The services whose APIs this client calls, by their key in the endpoint tables. `bcs` has the instances. */
export type ServiceName = "image" | "volume" | "bcs";
