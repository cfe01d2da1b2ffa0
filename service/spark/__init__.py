"""Many articles on many machines: Apache Spark does the spreading, the engine of the service the work."""
