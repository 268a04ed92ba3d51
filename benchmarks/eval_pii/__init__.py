"""Personal information measured: gold sets, bars of the project, peers on the same table. `make eval-pii`."""
