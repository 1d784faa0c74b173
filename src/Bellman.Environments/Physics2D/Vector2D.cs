using System.Runtime.CompilerServices;

namespace Bellman.Environments.Physics2D;

/// <summary>A vector of the plane in single precision. The order of every sum and product is part of what the engine promises: it decides the last bit.</summary>
/// <param name="X">To the right.</param>
/// <param name="Y">Up.</param>
internal readonly record struct Vector2D(float X, float Y)
{
    // Fields, not properties, and all small members inlined by force: without a profile the compiler runs out of its inlining budget in the solver's loops.
    public readonly float X = X;
    public readonly float Y = Y;

    public float LengthSquared => (X * X) + (Y * Y);

    public float Length => MathF.Sqrt((X * X) + (Y * Y));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector2D operator +(Vector2D a, Vector2D b) => new(a.X + b.X, a.Y + b.Y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector2D operator -(Vector2D a, Vector2D b) => new(a.X - b.X, a.Y - b.Y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector2D operator -(Vector2D a) => new(-a.X, -a.Y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector2D operator *(float s, Vector2D a) => new(s * a.X, s * a.Y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Dot(Vector2D a, Vector2D b) => (a.X * b.X) + (a.Y * b.Y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Cross(Vector2D a, Vector2D b) => (a.X * b.Y) - (a.Y * b.X);

    /// <summary>A spin's velocity at a lever: turned counterclockwise and scaled.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector2D Cross(float s, Vector2D a) => new(-s * a.Y, s * a.X);

    /// <summary>Turned clockwise and scaled.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector2D Cross(Vector2D a, float s) => new(s * a.Y, -s * a.X);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector2D Min(Vector2D a, Vector2D b) => new(a.X < b.X ? a.X : b.X, a.Y < b.Y ? a.Y : b.Y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector2D Max(Vector2D a, Vector2D b) => new(a.X > b.X ? a.X : b.X, a.Y > b.Y ? a.Y : b.Y);

    /// <summary>Of length 1; what is shorter than the precision stays as it is.</summary>
    public Vector2D Normalized(out float length)
    {
        length = Length;
        if (length < Constants.Epsilon)
        {
            length = 0;
            return this;
        }

        var inverse = 1 / length;
        return new(X * inverse, Y * inverse);
    }

    public Vector2D Normalized() => Normalized(out _);
}

/// <summary>A rotation as sine and cosine. Those of the C library: the references were recorded with it.</summary>
internal readonly record struct Rotation(float Sine, float Cosine)
{
    public readonly float Sine = Sine;
    public readonly float Cosine = Cosine;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Rotation Of(float angle) => new(MathF.Sin(angle), MathF.Cos(angle));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector2D Apply(Vector2D v) => new((Cosine * v.X) - (Sine * v.Y), (Sine * v.X) + (Cosine * v.Y));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector2D ApplyInverse(Vector2D v) => new((Cosine * v.X) + (Sine * v.Y), (-Sine * v.X) + (Cosine * v.Y));

    /// <summary>First <paramref name="inner"/>, then the inverse of this one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Rotation InverseTimes(Rotation inner) =>
        new((Cosine * inner.Sine) - (Sine * inner.Cosine), (Cosine * inner.Cosine) + (Sine * inner.Sine));
}

/// <summary>Where a body's origin lies and how it is turned.</summary>
internal readonly record struct Transform(Vector2D Position, Rotation Rotation)
{
    public readonly Vector2D Position = Position;
    public readonly Rotation Rotation = Rotation;

    /// <summary>The transform of a body whose centre of mass lies at <paramref name="center"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Transform AroundCenter(Vector2D center, float angle, Vector2D localCenter)
    {
        var rotation = Rotation.Of(angle);
        return new(center - rotation.Apply(localCenter), rotation);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector2D Apply(Vector2D v) =>
        new((Rotation.Cosine * v.X) - (Rotation.Sine * v.Y) + Position.X, (Rotation.Sine * v.X) + (Rotation.Cosine * v.Y) + Position.Y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector2D ApplyInverse(Vector2D v) => Rotation.ApplyInverse(v - Position);

    /// <summary>From <paramref name="inner"/>'s frame into this one's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Transform InverseTimes(Transform inner) =>
        new(Rotation.ApplyInverse(inner.Position - Position), Rotation.InverseTimes(inner.Rotation));
}

/// <summary>A box along the axes.</summary>
internal readonly record struct Bounds(Vector2D Lower, Vector2D Upper)
{
    public readonly Vector2D Lower = Lower;
    public readonly Vector2D Upper = Upper;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bounds Union(Bounds a, Bounds b) => new(Vector2D.Min(a.Lower, b.Lower), Vector2D.Max(a.Upper, b.Upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Contains(Bounds other) =>
        Lower.X <= other.Lower.X && Lower.Y <= other.Lower.Y && other.Upper.X <= Upper.X && other.Upper.Y <= Upper.Y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Overlaps(Bounds other) =>
        other.Lower.X <= Upper.X && other.Lower.Y <= Upper.Y && Lower.X <= other.Upper.X && Lower.Y <= other.Upper.Y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Bounds Fattened(float margin) => new(Lower - new Vector2D(margin, margin), Upper + new Vector2D(margin, margin));
}
