/// Variables that Kubernetes sets in every pod for each service of the namespace. A service called `sentiero` or `sentiero-web` would
/// otherwise look like a misspelt option.
enum KubernetesNames {
    static func matches(_ name: String, value: String) -> Bool {
        if name.wholeMatch(of: /.*_SERVICE_(HOST|PORT|PORT_.+)/) != nil { return true }
        if name.wholeMatch(of: /.*_PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?/) != nil { return true }
        return name.hasSuffix("_PORT") && value.wholeMatch(of: /(tcp|udp|sctp):\/\/.*/) != nil
    }
}
