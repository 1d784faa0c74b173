namespace Bellman.Environments.Physics2D;

/// <summary>What a body weighs, in its own frame.</summary>
/// <param name="Mass">In kg.</param>
/// <param name="Center">The centre of mass.</param>
/// <param name="Inertia">About the body's origin, in kg·m².</param>
internal readonly record struct MassData(float Mass, Vector2D Center, float Inertia);

/// <summary>A convex polygon, or an edge between two points, in a body's frame. Shapes may be shared between bodies and worlds.</summary>
internal sealed class Shape
{
    private Shape(Vector2D[] vertices, Vector2D[] normals, Vector2D centroid)
    {
        Vertices = vertices;
        Normals = normals;
        Centroid = centroid;
    }

    /// <summary>Corners, counterclockwise.</summary>
    public Vector2D[] Vertices { get; }

    /// <summary>Outward normals, one for the side after each corner; none for an edge.</summary>
    public Vector2D[] Normals { get; }

    public Vector2D Centroid { get; private set; }

    public bool IsEdge => Normals.Length == 0;

    public static Shape Edge(Vector2D from, Vector2D to) => new([from, to], [], default);

    public static Shape Box(float halfWidth, float halfHeight) => new(
        [new(-halfWidth, -halfHeight), new(halfWidth, -halfHeight), new(halfWidth, halfHeight), new(-halfWidth, halfHeight)],
        [new(0, -1), new(1, 0), new(0, 1), new(-1, 0)],
        default);

    /// <summary>The convex hull of the points.</summary>
    /// <exception cref="ArgumentException">They span no area, or are too many.</exception>
    public static Shape Polygon(params ReadOnlySpan<Vector2D> points)
    {
        if (points.Length is < 3 or > Constants.MaxPolygonVertices)
        {
            throw new ArgumentException($"A polygon has 3 to {Constants.MaxPolygonVertices} corners, but {points.Length} were given.", nameof(points));
        }

        Span<Vector2D> hull = stackalloc Vector2D[Constants.MaxPolygonVertices];
        var count = Hull(points, hull);
        var shape = new Shape(new Vector2D[count], new Vector2D[count], default);
        shape.Take(hull[..count]);
        return shape;
    }

    /// <summary>Makes this shape another one of as many corners, so that a world that is built again and again needs no new memory. No body may have it.</summary>
    /// <exception cref="ArgumentException">The new shape has more or fewer corners.</exception>
    public void Reshape(params ReadOnlySpan<Vector2D> points)
    {
        if (IsEdge)
        {
            points.CopyTo(Vertices);
            return;
        }

        Span<Vector2D> hull = stackalloc Vector2D[Constants.MaxPolygonVertices];
        var count = Hull(points, hull);
        if (count != Vertices.Length)
        {
            throw new ArgumentException($"A shape of {Vertices.Length} corners cannot take {count}.", nameof(points));
        }

        Take(hull[..count]);
    }

    public Bounds BoundsAt(Transform transform)
    {
        var lower = transform.Apply(Vertices[0]);
        var upper = lower;
        for (var i = 1; i < Vertices.Length; i++)
        {
            var v = transform.Apply(Vertices[i]);
            lower = Vector2D.Min(lower, v);
            upper = Vector2D.Max(upper, v);
        }

        return new Bounds(lower, upper).Fattened(Constants.SkinRadius);
    }

    /// <summary>Sums triangles around the mean of the corners; an edge weighs nothing.</summary>
    public MassData MassAt(float density)
    {
        if (IsEdge)
        {
            return default;
        }

        var reference = default(Vector2D);
        foreach (var v in Vertices)
        {
            reference += v;
        }

        reference = (1.0f / Vertices.Length) * reference;
        const float Third = 1.0f / 3.0f;
        var center = default(Vector2D);
        var (area, inertia) = (0f, 0f);
        for (var i = 0; i < Vertices.Length; i++)
        {
            var first = Vertices[i] - reference;
            var second = Vertices[i + 1 < Vertices.Length ? i + 1 : 0] - reference;
            var cross = Vector2D.Cross(first, second);
            var triangle = 0.5f * cross;
            area += triangle;
            center += (triangle * Third) * (first + second);
            var x = (first.X * first.X) + (second.X * first.X) + (second.X * second.X);
            var y = (first.Y * first.Y) + (second.Y * first.Y) + (second.Y * second.Y);
            inertia += (0.25f * Third * cross) * (x + y);
        }

        var mass = density * area;
        center = (1.0f / area) * center;
        var fromOrigin = center + reference;
        return new(mass, fromOrigin, (density * inertia) + (mass * (Vector2D.Dot(fromOrigin, fromOrigin) - Vector2D.Dot(center, center))));
    }

    /// <summary>The corner that lies furthest in a direction.</summary>
    public int Support(Vector2D direction)
    {
        var vertices = Vertices;
        var best = 0;
        var furthest = Vector2D.Dot(vertices[0], direction);
        for (var i = 1; i < vertices.Length; i++)
        {
            var distance = Vector2D.Dot(vertices[i], direction);
            if (distance > furthest)
            {
                (best, furthest) = (i, distance);
            }
        }

        return best;
    }

    /// <summary>Where a ray in this frame meets the shape from outside, up to a fraction of its way.</summary>
    public RayHit? CastRay(Vector2D from, Vector2D to, float furthest) => IsEdge ? CastRayAtEdge(from, to, furthest) : CastRayAtPolygon(from, to, furthest);

    private RayHit? CastRayAtEdge(Vector2D from, Vector2D to, float furthest)
    {
        var way = to - from;
        var along = Vertices[1] - Vertices[0];
        var normal = new Vector2D(along.Y, -along.X).Normalized();
        var numerator = Vector2D.Dot(normal, Vertices[0] - from);
        var denominator = Vector2D.Dot(normal, way);
        if (denominator == 0)
        {
            return null;
        }

        var t = numerator / denominator;
        if (t < 0 || furthest < t)
        {
            return null;
        }

        var length = Vector2D.Dot(along, along);
        if (length == 0)
        {
            return null;
        }

        var s = Vector2D.Dot(from + (t * way) - Vertices[0], along) / length;
        return s < 0 || 1 < s ? null : new RayHit(t, numerator > 0 ? -normal : normal);
    }

    private RayHit? CastRayAtPolygon(Vector2D from, Vector2D to, float furthest)
    {
        var way = to - from;
        var (entry, exit, side) = (0f, furthest, -1);
        for (var i = 0; i < Vertices.Length; i++)
        {
            var numerator = Vector2D.Dot(Normals[i], Vertices[i] - from);
            var denominator = Vector2D.Dot(Normals[i], way);
            if (denominator == 0 && numerator < 0)
            {
                return null;
            }

            if (denominator < 0 && numerator < entry * denominator)
            {
                (entry, side) = (numerator / denominator, i);
            }
            else if (denominator > 0 && numerator < exit * denominator)
            {
                exit = numerator / denominator;
            }

            if (exit < entry)
            {
                return null;
            }
        }

        return side >= 0 ? new RayHit(entry, Normals[side]) : null;
    }

    private void Take(ReadOnlySpan<Vector2D> hull)
    {
        hull.CopyTo(Vertices);
        for (var i = 0; i < hull.Length; i++)
        {
            Normals[i] = Vector2D.Cross(hull[(i + 1) % hull.Length] - hull[i], 1).Normalized();
        }

        Centroid = CentroidOf(hull);
    }

    private static int Weld(ReadOnlySpan<Vector2D> points, Span<Vector2D> kept)
    {
        const float Near = 0.5f * Constants.LinearSlop * (0.5f * Constants.LinearSlop);
        var count = 0;
        foreach (var point in points)
        {
            var isNew = true;
            foreach (var other in kept[..count])
            {
                isNew &= !((point - other).LengthSquared < Near);
            }

            if (isNew)
            {
                kept[count++] = point;
            }
        }

        return count;
    }

    // Gift wrapping from the rightmost point, the lower one of two.
    private static int Hull(ReadOnlySpan<Vector2D> given, Span<Vector2D> hull)
    {
        Span<Vector2D> points = stackalloc Vector2D[Constants.MaxPolygonVertices];
        points = points[..Weld(given, points)];
        var start = 0;
        for (var i = 1; i < points.Length; i++)
        {
            if (points[i].X > points[start].X || (points[i].X == points[start].X && points[i].Y < points[start].Y))
            {
                start = i;
            }
        }

        var (count, at) = (0, start);
        do
        {
            hull[count++] = points[at];
            var next = 0;
            for (var j = 1; j < points.Length; j++)
            {
                if (next == at)
                {
                    next = j;
                    continue;
                }

                var (r, v) = (points[next] - points[at], points[j] - points[at]);
                var cross = Vector2D.Cross(r, v);
                if (cross < 0 || (cross == 0 && v.LengthSquared > r.LengthSquared))
                {
                    next = j;
                }
            }

            at = next;
        }
        while (at != start && count < points.Length);
        return count >= 3 ? count : throw new ArgumentException("The points of a polygon must span an area.", nameof(given));
    }

    private static Vector2D CentroidOf(ReadOnlySpan<Vector2D> vertices)
    {
        const float Third = 1.0f / 3.0f;
        var center = default(Vector2D);
        var area = 0f;
        for (var i = 0; i < vertices.Length; i++)
        {
            var (first, second) = (vertices[i], vertices[i + 1 < vertices.Length ? i + 1 : 0]);
            var triangle = 0.5f * Vector2D.Cross(first, second);
            area += triangle;
            center += (triangle * Third) * (first + second);
        }

        return (1.0f / area) * center;
    }
}
