using System.Runtime.CompilerServices;

namespace Bellman.Environments.Physics2D;

/// <summary>A corner of the difference of two shapes: a corner of each.</summary>
internal struct SimplexCorner
{
    public Vector2D OnA;
    public Vector2D OnB;
    public Vector2D Difference;
    public float Weight;
    public int IndexA;
    public int IndexB;

    public static SimplexCorner Of(Shape a, in Transform transformA, int indexA, Shape b, in Transform transformB, int indexB)
    {
        var (onA, onB) = (transformA.Apply(a.Vertices[indexA]), transformB.Apply(b.Vertices[indexB]));
        return new() { OnA = onA, OnB = onB, Difference = onB - onA, IndexA = indexA, IndexB = indexB };
    }
}

/// <summary>Up to three corners of the difference of two shapes.</summary>
[InlineArray(3)]
internal struct SimplexCorners
{
    private SimplexCorner first;
}

/// <summary>Where a search for the distance ended, so that the next one begins there.</summary>
internal struct SimplexCache
{
    public float Metric;
    public int Count;
    public (byte A, byte B) First;
    public (byte A, byte B) Second;
    public (byte A, byte B) Third;
}

/// <summary>The part of the difference of two shapes that lies nearest to the origin (Gilbert, Johnson and Keerthi 1988).</summary>
internal struct Simplex
{
    public SimplexCorners Corners;
    public int Count;

    public Simplex(in SimplexCache cache, Shape a, in Transform transformA, Shape b, in Transform transformB)
    {
        Count = cache.Count;
        for (var i = 0; i < Count; i++)
        {
            var (indexA, indexB) = i == 0 ? cache.First : i == 1 ? cache.Second : cache.Third;
            Corners[i] = SimplexCorner.Of(a, transformA, indexA, b, transformB, indexB);
        }

        // What has changed much since is worth nothing.
        if (Count > 1)
        {
            var metric = Metric();
            if (metric < 0.5f * cache.Metric || 2.0f * cache.Metric < metric || metric < Constants.Epsilon)
            {
                Count = 0;
            }
        }

        if (Count == 0)
        {
            Corners[0] = SimplexCorner.Of(a, transformA, 0, b, transformB, 0);
            Corners[0].Weight = 1;
            Count = 1;
        }
    }

    public readonly SimplexCache ToCache() => new()
    {
        Metric = Metric(),
        Count = Count,
        First = ((byte)Corners[0].IndexA, (byte)Corners[0].IndexB),
        Second = ((byte)Corners[1].IndexA, (byte)Corners[1].IndexB),
        Third = ((byte)Corners[2].IndexA, (byte)Corners[2].IndexB),
    };

    /// <summary>Towards the origin.</summary>
    public readonly Vector2D SearchDirection()
    {
        var first = Corners[0].Difference;
        if (Count == 1)
        {
            return -first;
        }

        var side = Corners[1].Difference - first;
        return Vector2D.Cross(side, -first) > 0 ? Vector2D.Cross(1, side) : Vector2D.Cross(side, 1);
    }

    /// <summary>Between the points of the two shapes that lie nearest to each other.</summary>
    public readonly float Distance() => Count switch
    {
        1 => (Corners[0].OnA - Corners[0].OnB).Length,
        2 => ((Corners[0].Weight * Corners[0].OnA) + (Corners[1].Weight * Corners[1].OnA) - ((Corners[0].Weight * Corners[0].OnB) + (Corners[1].Weight * Corners[1].OnB))).Length,
        _ => 0,
    };

    /// <summary>Leaves the corner or side that lies nearest to the origin, weighted so that they sum to the nearest point.</summary>
    public void Reduce()
    {
        if (Count == 2)
        {
            ReduceSegment();
        }
        else if (Count == 3)
        {
            ReduceTriangle();
        }
    }

    private readonly float Metric() => Count switch
    {
        2 => (Corners[0].Difference - Corners[1].Difference).Length,
        3 => Vector2D.Cross(Corners[1].Difference - Corners[0].Difference, Corners[2].Difference - Corners[0].Difference),
        _ => 0,
    };

    private void ReduceSegment()
    {
        var (w1, w2) = (Corners[0].Difference, Corners[1].Difference);
        var side = w2 - w1;
        var second = -Vector2D.Dot(w1, side);
        if (second <= 0)
        {
            KeepOne(0);
            return;
        }

        var first = Vector2D.Dot(w2, side);
        if (first <= 0)
        {
            KeepOne(1);
            return;
        }

        KeepTwo(0, first, 1, second);
    }

    private void ReduceTriangle()
    {
        var (w1, w2, w3) = (Corners[0].Difference, Corners[1].Difference, Corners[2].Difference);
        var (e12, e13, e23) = (w2 - w1, w3 - w1, w3 - w2);
        var (d12First, d12Second) = (Vector2D.Dot(w2, e12), -Vector2D.Dot(w1, e12));
        var (d13First, d13Second) = (Vector2D.Dot(w3, e13), -Vector2D.Dot(w1, e13));
        var (d23First, d23Second) = (Vector2D.Dot(w3, e23), -Vector2D.Dot(w2, e23));
        var area = Vector2D.Cross(e12, e13);
        var (inside1, inside2, inside3) = (area * Vector2D.Cross(w2, w3), area * Vector2D.Cross(w3, w1), area * Vector2D.Cross(w1, w2));
        if (d12Second <= 0 && d13Second <= 0)
        {
            KeepOne(0);
        }
        else if (d12First > 0 && d12Second > 0 && inside3 <= 0)
        {
            KeepTwo(0, d12First, 1, d12Second);
        }
        else if (d13First > 0 && d13Second > 0 && inside2 <= 0)
        {
            KeepTwo(0, d13First, 2, d13Second);
        }
        else if (d12First <= 0 && d23Second <= 0)
        {
            KeepOne(1);
        }
        else if (d13First <= 0 && d23First <= 0)
        {
            KeepOne(2);
        }
        else if (d23First > 0 && d23Second > 0 && inside1 <= 0)
        {
            // The third corner comes first: the order decides which corner the next search leaves from.
            Corners[1].Weight = d23First * (1 / (d23First + d23Second));
            Corners[2].Weight = d23Second * (1 / (d23First + d23Second));
            Corners[0] = Corners[2];
            Count = 2;
        }
    }

    private void KeepOne(int corner)
    {
        Corners[0] = Corners[corner];
        Corners[0].Weight = 1;
        Count = 1;
    }

    private void KeepTwo(int first, float firstShare, int second, float secondShare)
    {
        var inverse = 1 / (firstShare + secondShare);
        Corners[0] = Corners[first];
        Corners[1] = Corners[second];
        Corners[0].Weight = firstShare * inverse;
        Corners[1].Weight = secondShare * inverse;
        Count = 2;
    }

    /// <summary>The distance of two shapes without their skins.</summary>
    public static float Distance(Shape a, in Transform transformA, Shape b, in Transform transformB, ref SimplexCache cache)
    {
        const int MaxIterations = 20;
        var simplex = new Simplex(cache, a, transformA, b, transformB);
        for (var iteration = 0; iteration < MaxIterations; iteration++)
        {
            // Against a corner that was there already before it was reduced, too: the search would go around in circles.
            var before = simplex.Count;
            Unsafe.SkipInit(out Seen seen);
            for (var i = 0; i < before; i++)
            {
                seen[i] = (simplex.Corners[i].IndexA, simplex.Corners[i].IndexB);
            }

            simplex.Reduce();
            if (simplex.Count == 3)
            {
                break;
            }

            var direction = simplex.SearchDirection();
            if (direction.LengthSquared < Constants.Epsilon * Constants.Epsilon)
            {
                break;
            }

            var indexA = a.Support(transformA.Rotation.ApplyInverse(-direction));
            var indexB = b.Support(transformB.Rotation.ApplyInverse(direction));
            simplex.Corners[simplex.Count] = SimplexCorner.Of(a, transformA, indexA, b, transformB, indexB);
            if (((ReadOnlySpan<(int, int)>)seen)[..before].Contains((indexA, indexB)))
            {
                break;
            }

            simplex.Count++;
        }

        cache = simplex.ToCache();
        return simplex.Distance();
    }

    [InlineArray(3)]
    private struct Seen
    {
        private (int A, int B) first;
    }
}
