namespace Bellman.Environments.Physics2D;

/// <summary>Where a ray meets a shape.</summary>
/// <param name="Fraction">Of the way from its start to its end; 1 where it meets nothing.</param>
/// <param name="Normal">Of the shape, against the ray.</param>
internal readonly record struct RayHit(float Fraction, Vector2D Normal);

internal sealed partial class World
{
    private int[] nearRays = new int[16];

    /// <summary>The first fixture of the categories in <paramref name="mask"/> that a ray meets.</summary>
    public RayHit CastRay(Vector2D from, Vector2D to, ushort mask)
    {
        var hit = default(RayHit);
        CastRays(from, [to], mask, new Span<RayHit>(ref hit));
        return hit;
    }

    /// <summary>What rays from one point meet, each alone.</summary>
    public void CastRays(Vector2D from, ReadOnlySpan<Vector2D> ends, ushort mask, Span<RayHit> hits)
    {
        // Few shapes lie within reach of any ray.
        var reach = new Bounds(from, from);
        foreach (var to in ends)
        {
            reach = Bounds.Union(reach, new Bounds(to, to));
        }

        var count = FindNear(reach, mask);
        for (var i = 0; i < ends.Length; i++)
        {
            hits[i] = CastRay(from, ends[i], nearRays.AsSpan(0, count));
        }
    }

    private RayHit CastRay(Vector2D from, Vector2D to, ReadOnlySpan<int> near)
    {
        var nearest = new RayHit(1, default);
        var bounds = new Bounds(Vector2D.Min(from, to), Vector2D.Max(from, to));
        foreach (var index in near)
        {
            ref readonly var fixture = ref fixtures[index];
            if (!fixture.Bounds.Overlaps(bounds))
            {
                continue;
            }

            ref readonly var transform = ref bodies[fixture.Body].Transform;
            var (start, end) = (transform.ApplyInverse(from), transform.ApplyInverse(to));
            if (fixture.Shape.CastRay(start, end, nearest.Fraction) is { } hit)
            {
                nearest = new RayHit(hit.Fraction, transform.Rotation.Apply(hit.Normal));
            }
        }

        return nearest;
    }

    private int FindNear(in Bounds reach, ushort mask)
    {
        if (nearRays.Length < fixtureCount)
        {
            Array.Resize(ref nearRays, fixtures.Length);
        }

        var count = 0;
        for (var i = 0; i < fixtureCount; i++)
        {
            if ((fixtures[i].Category & mask) != 0 && fixtures[i].Bounds.Overlaps(reach))
            {
                nearRays[count++] = i;
            }
        }

        return count;
    }
}
