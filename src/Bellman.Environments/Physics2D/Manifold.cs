using System.Runtime.CompilerServices;

namespace Bellman.Environments.Physics2D;

/// <summary>What two shapes touch with: corners and sides of both. Points keep their impulses from step to step by it.</summary>
/// <param name="IndexA">Corner or side of the first shape.</param>
/// <param name="IndexB">Corner or side of the second one.</param>
/// <param name="IsFaceA">Whether the first index is a side.</param>
/// <param name="IsFaceB">Whether the second index is a side.</param>
internal readonly record struct ContactFeature(byte IndexA, byte IndexB, bool IsFaceA, bool IsFaceB)
{
    public ContactFeature Swapped => new(IndexB, IndexA, IsFaceB, IsFaceA);
}

/// <summary>A point of contact, in the frame of the shape that does not give the reference side.</summary>
internal struct ManifoldPoint
{
    public Vector2D Local;
    public ContactFeature Feature;
    public float NormalImpulse;
    public float TangentImpulse;
}

/// <summary>Two points.</summary>
[InlineArray(2)]
internal struct ManifoldPoints
{
    private ManifoldPoint first;
}

/// <summary>How two shapes touch: a side of one of them and up to two points of the other.</summary>
internal struct Manifold
{
    public ManifoldPoints Points;

    /// <summary>The reference side's normal and a point on it, in its body's frame.</summary>
    public Vector2D LocalNormal;
    public Vector2D LocalPoint;

    /// <summary>Whether the reference side belongs to the second shape.</summary>
    public bool IsOnB;
    public int Count;
}

/// <summary>An end of the segment that is clipped.</summary>
internal record struct ClipPoint(Vector2D Position, ContactFeature Feature);

/// <summary>A segment that becomes the points of contact.</summary>
internal record struct ClipSegment(ClipPoint First, ClipPoint Second)
{
    /// <summary>Cuts off what lies in front of a line.</summary>
    /// <param name="normal">Points to the side that is cut off.</param>
    /// <param name="offset">The line's distance from the origin.</param>
    /// <param name="corner">The corner of the reference shape that cuts.</param>
    /// <param name="clipped">What is left.</param>
    /// <returns>Whether two points are left.</returns>
    public readonly bool Clip(Vector2D normal, float offset, int corner, out ClipSegment clipped)
    {
        var first = Vector2D.Dot(normal, First.Position) - offset;
        var second = Vector2D.Dot(normal, Second.Position) - offset;
        clipped = this;
        if (first <= 0 && second <= 0)
        {
            return true;
        }

        if (!(first * second < 0))
        {
            return false;
        }

        var at = first / (first - second);
        var cut = new ClipPoint(
            First.Position + (at * (Second.Position - First.Position)),
            new((byte)corner, First.Feature.IndexB, IsFaceA: false, IsFaceB: true));
        clipped = first <= 0 ? new(First, cut) : new(Second, cut);
        return true;
    }
}
