"""``python -m service.spark`` is ``quote-attribution-spark``; ``spark-submit`` takes this file as well."""

from service.spark.command import main

main()
