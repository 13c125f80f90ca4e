// The Hummingbird middleware of SentieroReporter comes here.
