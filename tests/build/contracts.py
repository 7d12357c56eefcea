"""The one contract type that import-linter lacks: layers in rooms of which some are not built yet."""

from __future__ import annotations

from grimp import ImportGraph
from importlinter import ContractCheck
from importlinter.contracts.layers import LayersContract


class RoomLayersContract(LayersContract):
    """Layers inside each container that exists; a room that is not built yet is passed over."""

    type_name = "room_layers"

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """As the layers contract, for the containers in the graph."""
        self.containers = [room for room in self.containers if room.expression in graph.modules]
        return super().check(graph, verbose)
