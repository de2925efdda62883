"""Archives under measurement: speed beside other pipelines, memory, kills, what hosts repeat."""
