// Original file: proto/foldwise.proto


export interface HeartbeatInput {
}

export interface Heartbeat {
}
