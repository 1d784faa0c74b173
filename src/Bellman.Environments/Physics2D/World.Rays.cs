namespace Bellman.Environments.Physics2D;

/// <summary>Where a ray meets a shape.</summary>
/// <param name="Fraction">Of the way from its start to its end; 1 where it meets nothing.</param>
/// <param name="Normal">Of the shape, against the ray.</param>
internal readonly record struct RayHit(float Fraction, Vector2D Normal);

internal sealed partial class World
{
    /// <summary>The first fixture of the categories in <paramref name="mask"/> that a ray meets.</summary>
    public RayHit CastRay(Vector2D from, Vector2D to, ushort mask)
    {
        var nearest = new RayHit(1, default);
        var bounds = new Bounds(Vector2D.Min(from, to), Vector2D.Max(from, to));
        foreach (ref readonly var fixture in Fixtures)
        {
            if ((fixture.Category & mask) == 0 || !fixture.Bounds.Overlaps(bounds))
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
}
