// The client library for Swift servers comes here; it is no product yet. It depends on no other module.
