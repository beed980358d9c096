"""Where is there service: predicted signal, served shares per zone, white and weak spots."""

from infraplan.coverage.best_server import best_server, signal_of
from infraplan.coverage.block import BlockSignal, Conditions
from infraplan.coverage.classes import signal_classes
from infraplan.coverage.congestion import congested_gaps, sector_load
from infraplan.coverage.derived import derived_layers
from infraplan.coverage.gaps import find_gaps, single_operator_gaps
from infraplan.coverage.growth import forecast
from infraplan.coverage.network import predict_block
from infraplan.coverage.outlook import outlook
from infraplan.coverage.predict import operators_of, predict, signal_origin
from infraplan.coverage.scene import conditions
from infraplan.coverage.service import location_sigma, service_share
from infraplan.coverage.throughput import loaded_mbps, peak_mbps
from infraplan.coverage.transmitters import Transmitter
from infraplan.coverage.zonal import by_zone

__all__ = [
    "BlockSignal",
    "Conditions",
    "Transmitter",
    "best_server",
    "by_zone",
    "conditions",
    "congested_gaps",
    "derived_layers",
    "find_gaps",
    "forecast",
    "loaded_mbps",
    "location_sigma",
    "operators_of",
    "outlook",
    "peak_mbps",
    "predict",
    "predict_block",
    "sector_load",
    "service_share",
    "signal_classes",
    "signal_of",
    "signal_origin",
    "single_operator_gaps",
]
