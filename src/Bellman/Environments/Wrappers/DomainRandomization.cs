using Bellman.Numerics;

namespace Bellman;

/// <summary>Draws physical parameters anew for each episode, so that what is learnt does not rest on their exact values (Tobin et al. 2017, arXiv:1703.06907; Peng et al. 2018, arXiv:1710.06537).</summary>
public sealed class DomainRandomization : StatefulWrapper
{
    private readonly IParameters parameters;
    private readonly ParameterRange[] ranges;
    private readonly double[] values;

    /// <summary>Randomises parameters.</summary>
    /// <param name="inner">The environment inside; it has <see cref="IParameters"/>.</param>
    /// <param name="ranges">Which parameters, and between which bounds each is drawn evenly.</param>
    /// <exception cref="ArgumentException">The environment has no parameters, or not these, or bounds are in the wrong order.</exception>
    public DomainRandomization(IEnvironment inner, params IReadOnlyList<ParameterRange> ranges)
        : base(inner)
    {
        ArgumentNullException.ThrowIfNull(ranges);
        parameters = Inner.As<IParameters>() ?? throw new ArgumentException($"{Inner.GetType().Name} has no parameters to draw; let it implement IParameters.", nameof(inner));
        this.ranges = [.. ranges];
        values = [.. ranges.Select(range => parameters.GetParameter(range.Name))];
        foreach (var range in ranges)
        {
            if (!(range.Low <= range.High))
            {
                throw new ArgumentException($"The parameter '{range.Name}' is to lie between {range.Low} and {range.High}; give the lower bound first.", nameof(ranges));
            }
        }
    }

    /// <summary>This episode's values, in the order of the ranges.</summary>
    public ReadOnlySpan<double> Values => values;

    /// <inheritdoc/>
    public override void Reset(RandomStream random, RowWriter observation)
    {
        ArgumentNullException.ThrowIfNull(random);
        for (var i = 0; i < ranges.Length; i++)
        {
            values[i] = random.Uniform(ranges[i].Low, ranges[i].High);
            parameters.SetParameter(ranges[i].Name, values[i]);
        }

        Inner.Reset(random, observation);
    }

    /// <inheritdoc/>
    public override bool Withdraws(Type capability) => capability == typeof(IFiniteMdp) || (capability != typeof(IStateVector) && base.Withdraws(capability));

    /// <inheritdoc/>
    protected override void SaveOwn(BinaryWriter writer)
    {
        foreach (var value in values)
        {
            writer.Write(value);
        }
    }

    /// <inheritdoc/>
    protected override void LoadOwn(BinaryReader reader)
    {
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = reader.ReadDouble();
            parameters.SetParameter(ranges[i].Name, values[i]);
        }
    }
}

/// <summary>Between which bounds a parameter is drawn.</summary>
/// <param name="Name">The parameter's name.</param>
/// <param name="Low">The least value.</param>
/// <param name="High">The greatest value.</param>
public readonly record struct ParameterRange(string Name, double Low, double High);
