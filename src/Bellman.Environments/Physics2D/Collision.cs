namespace Bellman.Environments.Physics2D;

/// <summary>Finds how two shapes touch.</summary>
internal static partial class Collision
{
    private const float TotalRadius = 2.0f * Constants.SkinRadius;

    /// <summary>Writes how the shapes touch, without impulses; what the manifold held else stays where they do not touch.</summary>
    public static void Collide(ref Manifold manifold, Shape a, in Transform transformA, Shape b, in Transform transformB)
    {
        manifold.Count = 0;
        if (a.IsEdge)
        {
            EdgeAndPolygon(ref manifold, a, transformA, b, transformB);
        }
        else
        {
            Polygons(ref manifold, a, transformA, b, transformB);
        }
    }

    private static void Polygons(ref Manifold manifold, Shape a, in Transform transformA, Shape b, in Transform transformB)
    {
        var (sideA, separationA) = LargestSeparation(a, transformA, b, transformB);
        if (separationA > TotalRadius)
        {
            return;
        }

        var (sideB, separationB) = LargestSeparation(b, transformB, a, transformA);
        if (separationB > TotalRadius)
        {
            return;
        }

        const float Preference = 0.1f * Constants.LinearSlop;
        manifold.IsOnB = separationB > separationA + Preference;
        if (manifold.IsOnB)
        {
            ClipAgainst(ref manifold, b, transformB, sideB, a, transformA);
        }
        else
        {
            ClipAgainst(ref manifold, a, transformA, sideA, b, transformB);
        }
    }

    /// <summary>The side of the first polygon that the second one keeps furthest away from.</summary>
    private static (int Side, float Separation) LargestSeparation(Shape first, in Transform transform1, Shape second, in Transform transform2)
    {
        var relative = transform2.InverseTimes(transform1);
        var (best, largest) = (0, -float.MaxValue);
        for (var i = 0; i < first.Vertices.Length; i++)
        {
            var normal = relative.Rotation.Apply(first.Normals[i]);
            var corner = relative.Apply(first.Vertices[i]);
            var deepest = float.MaxValue;
            foreach (var vertex in second.Vertices)
            {
                var separation = Vector2D.Dot(normal, vertex - corner);
                deepest = separation < deepest ? separation : deepest;
            }

            if (deepest > largest)
            {
                (best, largest) = (i, deepest);
            }
        }

        return (best, largest);
    }

    /// <summary>Clips the second polygon's most opposite side by the ends of the first one's.</summary>
    private static void ClipAgainst(ref Manifold manifold, Shape first, in Transform transform1, int side, Shape second, in Transform transform2)
    {
        var incident = IncidentSide(first, transform1, side, second, transform2);
        var next = side + 1 < first.Vertices.Length ? side + 1 : 0;
        var (v1, v2) = (first.Vertices[side], first.Vertices[next]);
        var localTangent = (v2 - v1).Normalized();
        var tangent = transform1.Rotation.Apply(localTangent);
        var normal = Vector2D.Cross(tangent, 1);
        var (corner1, corner2) = (transform1.Apply(v1), transform1.Apply(v2));
        var front = Vector2D.Dot(normal, corner1);
        if (!incident.Clip(-tangent, -Vector2D.Dot(tangent, corner1) + TotalRadius, side, out var once)
            || !once.Clip(tangent, Vector2D.Dot(tangent, corner2) + TotalRadius, next, out var clipped))
        {
            return;
        }

        manifold.LocalNormal = Vector2D.Cross(localTangent, 1);
        manifold.LocalPoint = 0.5f * (v1 + v2);
        AddPoint(ref manifold, clipped.First, front, normal, transform2);
        AddPoint(ref manifold, clipped.Second, front, normal, transform2);
    }

    private static ClipSegment IncidentSide(Shape first, in Transform transform1, int side, Shape second, in Transform transform2)
    {
        var normal = transform2.Rotation.ApplyInverse(transform1.Rotation.Apply(first.Normals[side]));
        var index = MostOpposite(normal, second.Normals);
        var next = index + 1 < second.Vertices.Length ? index + 1 : 0;
        return new(
            new(transform2.Apply(second.Vertices[index]), new((byte)side, (byte)index, IsFaceA: true, IsFaceB: false)),
            new(transform2.Apply(second.Vertices[next]), new((byte)side, (byte)next, IsFaceA: true, IsFaceB: false)));
    }

    private static int MostOpposite(Vector2D normal, ReadOnlySpan<Vector2D> normals)
    {
        var (best, least) = (0, float.MaxValue);
        for (var i = 0; i < normals.Length; i++)
        {
            var dot = Vector2D.Dot(normal, normals[i]);
            if (dot < least)
            {
                (best, least) = (i, dot);
            }
        }

        return best;
    }

    private static void AddPoint(ref Manifold manifold, in ClipPoint point, float front, Vector2D normal, in Transform other)
    {
        if (Vector2D.Dot(normal, point.Position) - front <= TotalRadius)
        {
            manifold.Points[manifold.Count++] = new ManifoldPoint
            {
                Local = other.ApplyInverse(point.Position),
                Feature = manifold.IsOnB ? point.Feature.Swapped : point.Feature,
            };
        }
    }
}
