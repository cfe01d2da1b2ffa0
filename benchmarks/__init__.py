"""How fast and how right the engine is: ``make bench`` and ``make accuracy``. Not part of the service."""
