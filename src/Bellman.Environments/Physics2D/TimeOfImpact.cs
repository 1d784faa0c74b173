namespace Bellman.Environments.Physics2D;

/// <summary>When two moving shapes meet within a step, found by advancing along separating axes (Catto's conservative advancement).</summary>
internal static class TimeOfImpact
{
    private const float Target = (2.0f * Constants.SkinRadius) - (3.0f * Constants.LinearSlop) > Constants.LinearSlop
        ? (2.0f * Constants.SkinRadius) - (3.0f * Constants.LinearSlop)
        : Constants.LinearSlop;

    private const float Tolerance = 0.25f * Constants.LinearSlop;

    /// <summary>The fraction of what is left of the step at which the shapes touch.</summary>
    /// <returns>False where they stay apart, overlap from the start, or the search fails.</returns>
    public static bool Find(Shape a, in Sweep sweepA, Shape b, in Sweep sweepB, out float time)
    {
        const int MaxIterations = 20;
        var (first, second) = (sweepA.Normalized(), sweepB.Normalized());
        var cache = default(SimplexCache);
        time = 0;
        for (var iteration = 0; iteration < MaxIterations; iteration++)
        {
            var (transformA, transformB) = (first.At(time), second.At(time));
            var distance = Simplex.Distance(a, transformA, b, transformB, ref cache);
            if (distance <= 0)
            {
                return false;
            }

            if (distance < Target + Tolerance)
            {
                return true;
            }

            var axis = new SeparatingAxis(cache, a, first, transformA, b, second, transformB);
            if (axis.Advance(ref time) is { } touches)
            {
                return touches;
            }
        }

        return false;
    }

    /// <summary>An axis that separates two shapes, fixed to the side of one of them if it has two corners of it.</summary>
    private readonly struct SeparatingAxis
    {
        private readonly Shape a;
        private readonly Shape b;
        private readonly Sweep sweepA;
        private readonly Sweep sweepB;
        private readonly Kind kind;
        private readonly Vector2D axis;
        private readonly Vector2D localPoint;

        public SeparatingAxis(in SimplexCache cache, Shape a, in Sweep sweepA, in Transform transformA, Shape b, in Sweep sweepB, in Transform transformB)
        {
            (this.a, this.b, this.sweepA, this.sweepB) = (a, b, sweepA, sweepB);
            if (cache.Count == 1)
            {
                kind = Kind.Points;
                axis = (transformB.Apply(b.Vertices[cache.First.B]) - transformA.Apply(a.Vertices[cache.First.A])).Normalized();
            }
            else if (cache.First.A == cache.Second.A)
            {
                kind = Kind.SideOfB;
                var (v1, v2) = (b.Vertices[cache.First.B], b.Vertices[cache.Second.B]);
                (axis, localPoint) = (Vector2D.Cross(v2 - v1, 1).Normalized(), 0.5f * (v1 + v2));
                var separation = Vector2D.Dot(transformA.Apply(a.Vertices[cache.First.A]) - transformB.Apply(localPoint), transformB.Rotation.Apply(axis));
                axis = separation < 0 ? -axis : axis;
            }
            else
            {
                kind = Kind.SideOfA;
                var (v1, v2) = (a.Vertices[cache.First.A], a.Vertices[cache.Second.A]);
                (axis, localPoint) = (Vector2D.Cross(v2 - v1, 1).Normalized(), 0.5f * (v1 + v2));
                var separation = Vector2D.Dot(transformB.Apply(b.Vertices[cache.First.B]) - transformA.Apply(localPoint), transformA.Rotation.Apply(axis));
                axis = separation < 0 ? -axis : axis;
            }
        }

        private enum Kind
        {
            Points,
            SideOfA,
            SideOfB,
        }

        /// <summary>Moves the time forward to where the shapes come near along this axis.</summary>
        /// <returns>Whether they touch, or null where another axis must be tried at the new time.</returns>
        public bool? Advance(ref float time)
        {
            var end = 1f;
            for (var pushes = 0; pushes < Constants.MaxPolygonVertices; pushes++)
            {
                var deepest = Deepest(end, out var indexA, out var indexB);
                if (deepest > Target + Tolerance)
                {
                    return false;
                }

                if (deepest > Target - Tolerance)
                {
                    time = end;
                    return null;
                }

                var now = Separation(indexA, indexB, time);
                if (now < Target - Tolerance)
                {
                    return false;
                }

                if (now <= Target + Tolerance)
                {
                    return true;
                }

                end = Root(indexA, indexB, time, now, end, deepest);
            }

            return null;
        }

        /// <summary>When two corners are at the target's distance: bisection and secants in turn.</summary>
        private float Root(int indexA, int indexB, float low, float atLow, float high, float atHigh)
        {
            const int MaxIterations = 50;
            var end = high;
            for (var i = 0; i < MaxIterations; i++)
            {
                var t = (i & 1) != 0 ? low + ((Target - atLow) * (high - low) / (atHigh - atLow)) : 0.5f * (low + high);
                var separation = Separation(indexA, indexB, t);
                if (MathF.Abs(separation - Target) < Tolerance)
                {
                    return t;
                }

                if (separation > Target)
                {
                    (low, atLow) = (t, separation);
                }
                else
                {
                    (high, atHigh) = (t, separation);
                }
            }

            return end;
        }

        private float Deepest(float time, out int indexA, out int indexB)
        {
            var (transformA, transformB) = (sweepA.At(time), sweepB.At(time));
            switch (kind)
            {
                case Kind.Points:
                    indexA = a.Support(transformA.Rotation.ApplyInverse(axis));
                    indexB = b.Support(transformB.Rotation.ApplyInverse(-axis));
                    break;
                case Kind.SideOfA:
                    indexA = -1;
                    indexB = b.Support(transformB.Rotation.ApplyInverse(-transformA.Rotation.Apply(axis)));
                    break;
                default:
                    indexA = a.Support(transformA.Rotation.ApplyInverse(-transformB.Rotation.Apply(axis)));
                    indexB = -1;
                    break;
            }

            return Separation(indexA, indexB, transformA, transformB);
        }

        private float Separation(int indexA, int indexB, float time) => Separation(indexA, indexB, sweepA.At(time), sweepB.At(time));

        private float Separation(int indexA, int indexB, in Transform transformA, in Transform transformB) => kind switch
        {
            Kind.Points => Vector2D.Dot(transformB.Apply(b.Vertices[indexB]) - transformA.Apply(a.Vertices[indexA]), axis),
            Kind.SideOfA => Vector2D.Dot(transformB.Apply(b.Vertices[indexB]) - transformA.Apply(localPoint), transformA.Rotation.Apply(axis)),
            _ => Vector2D.Dot(transformA.Apply(a.Vertices[indexA]) - transformB.Apply(localPoint), transformB.Rotation.Apply(axis)),
        };
    }
}
