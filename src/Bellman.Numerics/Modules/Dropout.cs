namespace Bellman.Numerics;

/// <summary>Zeroes random elements on a tape that is <see cref="Tape.Training"/> and does nothing on others; see <see cref="Tensor.Dropout"/>.</summary>
public sealed class Dropout : Layer
{
    private readonly float rate;
    private readonly SplittableRandom random;

    /// <summary>A layer with a stream of its own.</summary>
    /// <param name="rate">The probability of zeroing, in [0, 1).</param>
    /// <param name="random">Where the draws come from.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not in [0, 1).</exception>
    public Dropout(double rate, SplittableRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (!(rate >= 0 && rate < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(rate), $"A dropout rate lies in [0, 1), but {rate} was given.");
        }

        this.rate = (float)rate;
        this.random = random;
    }

    /// <summary>The layer applied to any shape.</summary>
    public override Tensor Forward(Tensor x) => x.Tape.Training ? x.Dropout(rate, random) : x;
}
