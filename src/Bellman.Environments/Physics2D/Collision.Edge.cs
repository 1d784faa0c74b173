using System.Runtime.CompilerServices;

namespace Bellman.Environments.Physics2D;

internal static partial class Collision
{
    /// <summary>A polygon against an edge, which collides on the side where the polygon's centre lies.</summary>
    private static void EdgeAndPolygon(ref Manifold manifold, Shape edge, in Transform edgeTransform, Shape polygon, in Transform polygonTransform)
    {
        const float RelativePreference = 0.98f;
        const float AbsolutePreference = 0.001f;

        // All in the edge's frame.
        var relative = edgeTransform.InverseTimes(polygonTransform);
        var center = relative.Apply(polygon.Centroid);
        var (v1, v2) = (edge.Vertices[0], edge.Vertices[1]);
        var along = (v2 - v1).Normalized();
        var upward = new Vector2D(along.Y, -along.X);
        var isInFront = Vector2D.Dot(upward, center - v1) >= 0;
        var normal = isInFront ? upward : -upward;

        Unsafe.SkipInit(out Corners vertices);
        Unsafe.SkipInit(out Corners normals);
        var count = polygon.Vertices.Length;
        var edgeSeparation = float.MaxValue;
        for (var i = 0; i < count; i++)
        {
            vertices[i] = relative.Apply(polygon.Vertices[i]);
            var separation = Vector2D.Dot(normal, vertices[i] - v1);
            edgeSeparation = separation < edgeSeparation ? separation : edgeSeparation;
        }

        if (edgeSeparation > TotalRadius)
        {
            return;
        }

        for (var i = 0; i < count; i++)
        {
            normals[i] = relative.Rotation.Apply(polygon.Normals[i]);
        }

        var (side, sideSeparation) = PolygonSeparation(vertices[..count], normals[..count], normal, v1, v2);
        if (side >= 0 && sideSeparation > TotalRadius)
        {
            return;
        }

        if (side >= 0 && sideSeparation > (RelativePreference * edgeSeparation) + AbsolutePreference)
        {
            var next = side + 1 < count ? side + 1 : 0;
            manifold.IsOnB = true;
            var incident = new ClipSegment(new(v1, new(0, (byte)side, IsFaceA: false, IsFaceB: true)), new(v2, new(0, (byte)side, IsFaceA: false, IsFaceB: true)));
            if (ClipBetween(incident, normals[side], vertices[side], side, vertices[next], next, out var clipped))
            {
                manifold.LocalNormal = polygon.Normals[side];
                manifold.LocalPoint = polygon.Vertices[side];
                AddPoint(ref manifold, clipped.First, normals[side], vertices[side], clipped.First.Position);
                AddPoint(ref manifold, clipped.Second, normals[side], vertices[side], clipped.Second.Position);
            }
        }
        else
        {
            var opposite = MostOpposite(normal, normals[..count]);
            var next = opposite + 1 < count ? opposite + 1 : 0;
            manifold.IsOnB = false;
            var incident = new ClipSegment(
                new(vertices[opposite], new(0, (byte)opposite, IsFaceA: true, IsFaceB: false)),
                new(vertices[next], new(0, (byte)next, IsFaceA: true, IsFaceB: false)));
            var (from, to) = isInFront ? (v1, v2) : (v2, v1);
            if (ClipBetween(incident, normal, from, isInFront ? 0 : 1, to, isInFront ? 1 : 0, out var clipped))
            {
                manifold.LocalNormal = normal;
                manifold.LocalPoint = from;
                AddPoint(ref manifold, clipped.First, normal, from, relative.ApplyInverse(clipped.First.Position));
                AddPoint(ref manifold, clipped.Second, normal, from, relative.ApplyInverse(clipped.Second.Position));
            }
        }
    }

    /// <summary>The side of the polygon that keeps the edge furthest away, of those that do not point along the edge; −1 if there is none.</summary>
    private static (int Side, float Separation) PolygonSeparation(ReadOnlySpan<Vector2D> vertices, ReadOnlySpan<Vector2D> normals, Vector2D edgeNormal, Vector2D v1, Vector2D v2)
    {
        var (best, largest) = (-1, -float.MaxValue);
        for (var i = 0; i < vertices.Length; i++)
        {
            var inward = -normals[i];
            var s1 = Vector2D.Dot(inward, vertices[i] - v1);
            var s2 = Vector2D.Dot(inward, vertices[i] - v2);
            var separation = s1 < s2 ? s1 : s2;
            if (separation > TotalRadius)
            {
                return (i, separation);
            }

            if (separation > largest && !(Vector2D.Dot(inward + edgeNormal, edgeNormal) < -Constants.AngularSlop))
            {
                (best, largest) = (i, separation);
            }
        }

        return (best, largest);
    }

    private static bool ClipBetween(in ClipSegment incident, Vector2D normal, Vector2D from, int fromCorner, Vector2D to, int toCorner, out ClipSegment clipped)
    {
        var sideways = new Vector2D(normal.Y, -normal.X);
        clipped = default;
        return incident.Clip(sideways, Vector2D.Dot(sideways, from), fromCorner, out var once)
            && once.Clip(-sideways, Vector2D.Dot(-sideways, to), toCorner, out clipped);
    }

    private static void AddPoint(ref Manifold manifold, in ClipPoint point, Vector2D normal, Vector2D onSide, Vector2D local)
    {
        if (Vector2D.Dot(normal, point.Position - onSide) <= TotalRadius)
        {
            manifold.Points[manifold.Count++] = new ManifoldPoint { Local = local, Feature = manifold.IsOnB ? point.Feature.Swapped : point.Feature };
        }
    }

    [InlineArray(Constants.MaxPolygonVertices)]
    private struct Corners
    {
        private Vector2D first;
    }
}
