"""Reads MLP answers and what another program made of each, and checks that against shapely and pyproj.

Standard input: a JSON list of {"document", "latitude", "longitude", "radius", "surface"}: an answer, and the circle
around its shape and the shape's surface that are to be checked. Standard output: one line for each that is wrong, then
one with how many were looked at. Nothing of the other program is used: the documents are read anew here.
"""

import json
import math
import random
import re
import sys
import xml.etree.ElementTree as ElementTree

from pyproj import Geod, Transformer
from shapely.geometry import Polygon
from shapely.ops import unary_union

GEOD = Geod(ellps="WGS84")
SURFACE_TOLERANCE = 0.001  # a share of the surface
OUTSIDE_TOLERANCE = 0.02  # metres
WASTE_TOLERANCE = 1.03  # the circle's radius to the least one


def degrees(text):
    whole, minutes, seconds, hemisphere = re.fullmatch(r"(\d+) (\d+) ([\d.]+)([NSEW])", text).groups()
    size = int(whole) + int(minutes) / 60 + float(seconds) / 3600
    return -size if hemisphere in "SW" else size


def coordinates(element):
    return [(degrees(c.find("Y").text), degrees(c.find("X").text)) for c in element.iter("coord")]


def number(element, name):
    return float(element.find(name).text)


def forward(centre, azimuth, distance):
    longitude, latitude, _ = GEOD.fwd(centre[0], centre[1], azimuth, distance)
    return longitude, latitude


def geodesics(corners):
    """A closed ring with points on the geodesics between its corners, every five kilometres or so."""
    ring = []
    for (x1, y1), (x2, y2) in zip(corners, corners[1:] + corners[:1]):
        _, _, length = GEOD.inv(x1, y1, x2, y2)
        between = min(200, int(length / 5000))
        ring.append((x1, y1))
        if between:
            ring.extend(GEOD.npts(x1, y1, x2, y2, between))
    return ring


def circular(element):
    centre, radius = coordinates(element)[0], number(element, "radius")
    return [[forward(centre, step / 2, radius) for step in range(720)]]


def elliptical(element):
    centre, angle = coordinates(element)[0], number(element, "angle")
    major, minor = number(element, "semiMajor"), number(element, "semiMinor")
    ring = []
    for step in range(1440):
        # The polar form, from the centre; close steps, since a narrow ellipse turns quickly at its ends.
        parameter = math.radians(step / 4)
        phi = math.atan2(minor * math.sin(parameter), major * math.cos(parameter))
        radius = major * minor / math.sqrt((minor * math.cos(phi)) ** 2 + (major * math.sin(phi)) ** 2)
        ring.append(forward(centre, angle + math.degrees(phi), radius))
    return [ring]


def circular_arc(element):
    centre, start, included = coordinates(element)[0], number(element, "startAngle"), number(element, "stopAngle")
    inner, outer = number(element, "inRadius"), number(element, "outRadius")
    count = max(8, math.ceil(included * 4))
    bearings = [start + included * step / count for step in range(count + 1)]
    far = [forward(centre, bearing, outer) for bearing in bearings]
    near = [forward(centre, bearing, inner) for bearing in reversed(bearings)]
    if included == 360:
        return [far[:-1], near[:-1]] if inner else [far[:-1]]
    return [far + (near if inner else [centre])]


def polygon(element):
    rings = [geodesics(open_ring(coordinates(element.find("outerBoundaryIs"))))]
    return rings + [geodesics(open_ring(coordinates(hole))) for hole in element.findall("innerBoundaryIs")]


def open_ring(corners):
    return corners[:-1] if corners[0] == corners[-1] else corners


def box(element):
    (west, south), (east, north) = coordinates(element)
    width = (east - west) % 360
    count = 400
    lower = [(west + width * step / count, south) for step in range(count + 1)]
    upper = [(longitude, north) for longitude, _ in reversed(lower)]
    return [lower + upper]


KINDS = {
    "CircularArea": circular,
    "EllipticalArea": elliptical,
    "CircularArcArea": circular_arc,
    "Polygon": polygon,
    "Box": box,
}


def pieces(shape):
    if shape.tag == "MultiPolygon":
        return [KINDS[member.tag](member) for member in shape]
    return [KINDS[shape.tag](shape)]


def on_plane(all_rings, projection):
    """The union of the pieces, each less its holes, on a plane around the point that was claimed as the middle."""
    transform = Transformer.from_crs("EPSG:4326", projection, always_xy=True)

    def ring(points):
        return list(zip(*transform.transform(*zip(*points))))

    areas = []
    for rings in all_rings:
        area = Polygon(ring(rings[0]))
        for hole in rings[1:]:
            area = area.difference(Polygon(ring(hole)))
        areas.append(area)
    return unary_union(areas)


def least_radius(area):
    """The radius of the least circle around an area on a plane (E. Welzl, 1991, without its recursion)."""
    points = list(area.convex_hull.exterior.coords)
    random.Random(1).shuffle(points)
    circle = (points[0], 0.0)
    for i, p in enumerate(points):
        if outside(circle, p):
            circle = (p, 0.0)
            for j, q in enumerate(points[:i]):
                if outside(circle, q):
                    circle = between(p, q)
                    for r in points[:j]:
                        if outside(circle, r):
                            circle = through(p, q, r) or circle
    return circle[1]


def outside(circle, point):
    return math.dist(circle[0], point) > circle[1] * (1 + 1e-9) + 1e-6


def between(p, q):
    return ((p[0] + q[0]) / 2, (p[1] + q[1]) / 2), math.dist(p, q) / 2


def through(p, q, r):
    (ax, ay), (bx, by) = (q[0] - p[0], q[1] - p[1]), (r[0] - p[0], r[1] - p[1])
    twice = 2 * (ax * by - ay * bx)
    if twice == 0:
        return None
    a, b = ax * ax + ay * ay, bx * bx + by * by
    x, y = (by * a - ay * b) / twice, (ax * b - bx * a) / twice
    return (p[0] + x, p[1] + y), math.hypot(x, y)


def wrong(case):
    """What is wrong with one case, or nothing."""
    shape = ElementTree.fromstring(case["document"]).find(".//shape")[0]
    all_rings = pieces(shape)
    latitude, longitude, radius = case["latitude"], case["longitude"], case["radius"]
    where = f"+lat_0={latitude} +lon_0={longitude} +datum=WGS84"
    for rings in all_rings:
        for x, y in rings[0]:
            _, _, distance = GEOD.inv(longitude, latitude, x, y)
            if distance > radius + OUTSIDE_TOLERANCE:
                return f"{shape.tag}: a point lies {distance - radius:.3f} m outside of {radius:.3f} m"
    surface = on_plane(all_rings, f"+proj=laea {where}").area
    if abs(surface - case["surface"]) > SURFACE_TOLERANCE * surface:
        return f"{shape.tag}: surface {case['surface']:.1f}, but shapely has {surface:.1f}"
    if len(all_rings) == 1 and len(all_rings[0]) == 1:
        # A second way, without any plane.
        geodesic = abs(GEOD.polygon_area_perimeter(*zip(*all_rings[0][0]))[0])
        if abs(geodesic - case["surface"]) > SURFACE_TOLERANCE * geodesic:
            return f"{shape.tag}: surface {case['surface']:.1f}, but the geodesic polygon has {geodesic:.1f}"
    least = least_radius(on_plane(all_rings, f"+proj=aeqd {where}"))
    if radius > least * WASTE_TOLERANCE + OUTSIDE_TOLERANCE:
        return f"{shape.tag}: radius {radius:.1f}, but {least:.1f} is enough"
    return None


def main():
    cases = json.load(sys.stdin)
    for index, case in enumerate(cases):
        if said := wrong(case):
            print(f"case {index}: {said}: {case['document']}")
    print(f"looked at {len(cases)} cases")


main()
