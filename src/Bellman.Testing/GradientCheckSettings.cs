namespace Bellman.Testing;

/// <summary>How closely gradients are held.</summary>
public sealed record GradientCheckSettings
{
    /// <summary>The largest error of a forward value, relative to the largest entry. Used where there is a twin.</summary>
    public double ForwardTolerance { get; init; } = 1e-5;

    /// <summary>The largest error of a gradient's entry, relative to the largest entry, where a twin in double precision gives the differences.</summary>
    public double TwinTolerance { get; init; } = 1e-4;

    /// <summary>The largest error of a gradient's entry, relative to the largest entry, where the differences are taken in single precision.</summary>
    public double Tolerance { get; init; } = 5e-3;

    /// <summary>How many entries of each parameter are moved one by one, spread evenly; all of them move together along three directions besides.</summary>
    public int Entries { get; init; } = 32;

    /// <summary>Whether tangents are checked too. An operation without one is reported otherwise.</summary>
    public bool Tangents { get; init; } = true;

    /// <summary>The seed of inputs and directions.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Maps inputs, drawn evenly from [−2, 2], into the operation's domain and away from its kinks; null leaves them.</summary>
    public Func<double, double>? Domain { get; init; }
}
