"""A prediction service: GET /predict?x=12.1,1.4 answers with a class."""

import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy

CENTRES = {name: numpy.array(at) for name, at in json.loads(Path("model.json").read_text()).items()}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        row = numpy.array([float(one) for one in parse_qs(urlsplit(self.path).query)["x"][0].split(",")])
        nearest = min(CENTRES, key=lambda name: numpy.linalg.norm(CENTRES[name] - row))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(f"{nearest}\n".encode())


if __name__ == "__main__":
    HTTPServer(("", 8000), Handler).serve_forever()
