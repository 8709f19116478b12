"""The command line, where it can be asked without starting anything."""

import socket

import pytest
from click import ClickException

from gongfang.cli.serve import _insist_on_free


def test_a_port_somebody_answers_on_is_refused_and_another_named():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ClickException, match=f"Port {port} is in use. Choose another: PORT={port + 1}"):
            _insist_on_free(port)
    _insist_on_free(port)
