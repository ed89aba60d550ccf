"""The catalogue of texts people read, one YAML file a language; read by `mappings.vocabulary.labels`."""
