"""Draw the countries of the world for the map on the dashboards: `.venv/bin/python deploy/world_map.py`.

Natural Earth's outlines (public domain), as the npm package world-atlas holds them, are projected to equal areas, thinned out and
written as one SVG path a country, by ISO 3166-1 code. The result is committed; this is run again only to change it.

Outlines are a drawing to find a country by, and no statement on borders. Figures are kept by ISO code, so an area is drawn
with the country whose code ISO 3166 gives it: Crimea with UA (ISO 3166-2:UA-43), the north of Cyprus with CY, Somaliland with SO.
Kosovo, which has no code of ISO's own, is XK as everywhere in this project.
"""

import base64
import hashlib
import heapq
import json
import math
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from itertools import pairwise
from pathlib import Path

from django_countries.data import ALT_CODES

VERSION = "2.0.2"
# Source: the npm package world-atlas, its own "integrity".
SHA512 = "IXfV0qwlKXpckz1FhwXVwKRjiIhOnWttOskm5CtxMsjgE/MXAYRHWJqgXOpM8IkcPBoXnyTU5lFHcYa5ChG0LQ=="
TARGET = Path(__file__).resolve().parent.parent / "lms" / "dashboards" / "charts" / "world.json"

WIDTH = 1500  # units of the drawing, all whole: enough for what is shown about 860 px wide
LEAST_AREA = 6  # square units: a corner that takes or gives less is left out
LEAST_ISLAND = 8  # square units: smaller islands are left out, save a country's largest
LEFT_OUT = {"AQ"}
UNNAMED = {"N. Cyprus": "CY", "Somaliland": "SO", "Kosovo": "XK"}
CRIMEA = (32, 44, 37, 46.5)  # west, south, east, north of a part of its own in the source


def main():
    with tempfile.TemporaryDirectory() as scratch:
        package = fetch(Path(scratch))
        coarse, fine = (json.loads((package / f"countries-{scale}.json").read_text()) for scale in ("110m", "50m"))
    outlines = Topology(coarse).countries()
    small = {code: parts for code, parts in Topology(fine).countries().items() if code not in outlines}
    drawing = Drawing(point for rings in [*outlines.values(), *small.values()] for ring in rings for point in ring)
    world = {
        "source": f"Natural Earth 4.1.0, 1:110m and 1:50m, through the npm package world-atlas {VERSION}; "
        "made by deploy/world_map.py",
        "licence": "Natural Earth is in the public domain (naturalearthdata.com); world-atlas is under the ISC licence",
        "width": WIDTH,
        "height": drawing.height,
        "outlines": {code: drawing.path(outlines[code]) for code in sorted(outlines)},
        "dots": {code: drawing.middle(small[code]) for code in sorted(small)},
    }
    TARGET.write_text(json.dumps(world, indent=1) + "\n")
    print(f"{len(outlines)} outlines and {len(small)} dots, {TARGET.stat().st_size / 1000:.0f} kB: {TARGET}")
    return 0


def fetch(folder):
    """Return the folder of the package, fetched by npm and compared with its known digest."""
    subprocess.run(["npm", "pack", f"world-atlas@{VERSION}", "--silent"], cwd=folder, check=True, stdout=sys.stderr)
    package = folder / f"world-atlas-{VERSION}.tgz"
    if base64.b64encode(hashlib.sha512(package.read_bytes()).digest()).decode() != SHA512:
        sys.exit("The package that npm fetched is not the one we know, so nothing was drawn.")
    with tarfile.open(package) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package"


class Topology:
    """Countries as TopoJSON keeps them: borders are arcs that neighbours share, so they stay common when thinned out.

    Source: the TopoJSON format specification, version 2.
    """

    def __init__(self, topology):
        self.geometries = topology["objects"]["countries"]["geometries"]
        (scale_x, scale_y), (first_x, first_y) = topology["transform"]["scale"], topology["transform"]["translate"]
        self.arcs = []
        for steps in topology["arcs"]:
            x = y = 0
            arc = []
            for step_x, step_y in steps:
                x, y = x + step_x, y + step_y
                arc.append((x * scale_x + first_x, y * scale_y + first_y))
            self.arcs.append(arc)
        self.thinned = [thin_out(unwrapped(arc)) for arc in self.arcs]

    def countries(self):
        """Return the rings of each country, as longitudes and latitudes; parts of one country are joined."""
        codes = {number: code for code, (_alpha_3, number) in ALT_CODES.items()}
        arcs = {}
        for geometry in self.geometries:
            name = geometry["properties"]["name"]
            code = codes.get(int(geometry["id"])) if "id" in geometry else UNNAMED.get(name)
            parts = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
            for part in parts:
                owner = "UA" if code == "RU" and self._is_within(part, CRIMEA) else code
                if owner and owner not in LEFT_OUT:
                    arcs.setdefault(owner, []).extend(number for ring in part for number in ring)
        return {code: self._rings(numbers) for code, numbers in arcs.items()}

    def _is_within(self, part, box):
        points = [point for number in part[0] for point in self._arc(number)]
        west, south, east, north = box
        return all(west <= x <= east and south <= y <= north for x, y in points)

    def _arc(self, number):
        return self.thinned[number] if number >= 0 else self.thinned[~number][::-1]

    def _rings(self, numbers):
        """Return rings from arcs; what is passed in both directions lies inside the country and is no part of its outline."""
        passed = Counter(numbers)
        left = [number for number in numbers if not passed[~number]]
        rings = []
        while left:
            ring = list(self._arc(left.pop(0)))
            while not is_same(ring[0], ring[-1]):
                number = next(number for number in left if is_same(self._arc(number)[0], ring[-1]))
                left.remove(number)
                ring += self._arc(number)[1:]
            rings.append(eastward(unwrapped(ring)))
        return rings


def is_same(one, other):
    """Return whether two points are one on the globe."""
    return abs((one[0] - other[0] + 180) % 360 - 180) < 1e-6 and abs(one[1] - other[1]) < 1e-6


def unwrapped(points):
    """Return points whose longitudes go on past 180 degrees where a line crosses it."""
    line = [points[0]]
    for x, y in points[1:]:
        line.append((x - 360 * round((x - line[-1][0]) / 360), y))
    return line


def eastward(ring):
    """Return a ring that crosses 180 degrees as one beyond the map's eastern edge, none beyond its western one."""
    shift = 360 if min(x for x, _y in ring) < -180.001 else 0
    return [(x + shift, y) for x, y in ring]


def equal_earth(longitude, latitude):
    """Return where a place lies on a map that keeps areas, northwards up.

    Source: Šavrič, Patterson and Jenny, The Equal Earth map projection, IJGIS 33 (2019), equations 1 and 2.
    """
    a1, a2, a3, a4 = 1.340264, -0.081106, 0.000893, 0.003796
    angle = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(latitude)))
    square = angle * angle
    sixth = square**3
    slope = 9 * a4 * square * sixth + 7 * a3 * sixth + 3 * a2 * square + a1
    x = 2 * math.sqrt(3) * math.radians(longitude) * math.cos(angle) / (3 * slope)
    return x, angle * (a4 * square * sixth + a3 * sixth + a2 * square + a1)


UNIT = 2 * equal_earth(180, 0)[0] / WIDTH  # about one unit of the drawing


def thin_out(points):
    """Return the points of a line less those that change its drawing least, ends kept.

    Source: Visvalingam and Whyatt, Line generalisation by repeated elimination of points, 1993.
    """
    places = [tuple(value / UNIT for value in equal_earth(*point)) for point in points]
    before, after = list(range(-1, len(points) - 1)), list(range(1, len(points) + 1))
    kept = set(range(len(points)))

    def corner(number):
        (x0, y0), (x1, y1), (x2, y2) = (places[index] for index in (before[number], number, after[number]))
        return abs((x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)) / 2

    areas = {number: corner(number) for number in range(1, len(points) - 1)}
    heap = [(area, number) for number, area in areas.items()]
    heapq.heapify(heap)
    is_ring = is_same(points[0], points[-1])
    while heap:
        area, number = heapq.heappop(heap)
        if number not in kept or area != areas[number]:
            continue
        if area >= LEAST_AREA or (is_ring and len(kept) <= 4):
            break
        kept.remove(number)
        after[before[number]], before[after[number]] = after[number], before[number]
        for neighbour in (before[number], after[number]):
            if neighbour in areas:
                areas[neighbour] = max(corner(neighbour), area)
                heapq.heappush(heap, (areas[neighbour], neighbour))
    return [points[number] for number in sorted(kept)]


class Drawing:
    """The sheet: as wide as given, as high as the points need."""

    def __init__(self, points):
        places = [equal_earth(*point) for point in points]
        self.left, self.top = min(x for x, _y in places), max(y for _x, y in places)
        self.scale = (WIDTH - 4) / (max(x for x, _y in places) - self.left)
        self.height = self._place((0, 0), at=(0, min(y for _x, y in places)))[1] + 2

    def _place(self, point, at=None):
        x, y = at or equal_earth(*point)
        return round((x - self.left) * self.scale) + 2, round((self.top - y) * self.scale) + 2

    def path(self, rings):
        """Return rings as the data of an SVG path, in steps from point to point."""
        placed = sorted((self._steps(ring) for ring in rings), key=lambda steps: -steps[0])
        return "".join(path for number, (area, path) in enumerate(placed) if not number or area >= LEAST_ISLAND)

    def _steps(self, ring):
        places = [self._place(point) for point in ring]
        area = abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise(places))) / 2
        (x, y), path = places[0], ""
        for next_x, next_y in places[1:-1]:
            if (next_x, next_y) != (x, y):
                path += f" {next_x - x} {next_y - y}"
            x, y = next_x, next_y
        path = path.replace(" -", "-").lstrip()
        return area, f"M{places[0][0]} {places[0][1]}l{path}z"

    def middle(self, rings):
        """Return the middle of the largest ring: where a country too small for an outline has its dot."""

        def area(ring):
            return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise(ring)))

        largest = max(rings, key=area)
        west, east = min(x for x, _y in largest), max(x for x, _y in largest)
        south, north = min(y for _x, y in largest), max(y for _x, y in largest)
        return list(self._place(((west + east) / 2, (south + north) / 2)))


if __name__ == "__main__":
    sys.exit(main())
