using System.Runtime.CompilerServices;

namespace Bellman.Numerics;

/// <summary>The whole state of a <see cref="RandomStream"/>, for checkpoints.</summary>
/// <param name="State">The generator's 128 bits.</param>
/// <param name="Increment">Which of the generator's sequences it is.</param>
/// <param name="HasHalf">Whether half of the last 64 bits is still to be given out.</param>
/// <param name="Half">That half.</param>
public readonly record struct RandomStreamState(UInt128 State, UInt128 Increment, bool HasHalf, uint Half);

/// <summary>
/// Environments' random numbers: NumPy's <c>Generator(PCG64(SeedSequence(seed)))</c> to the last bit, so that a seed gives Gymnasium's episodes.
/// PCG64 is O'Neill's 128-bit generator with the XSL-RR output (2014).
/// </summary>
public sealed class RandomStream
{
    private static readonly UInt128 Multiplier = new(0x2360ED051FC65DA4, 0x4385DF649FCCF645);

    private UInt128 state;
    private UInt128 increment;
    private bool hasHalf;
    private uint half;

    /// <summary>The stream of a seed.</summary>
    public RandomStream(ulong seed)
    {
        Span<ulong> words = stackalloc ulong[4];
        SeedSequence.Generate(seed, words);
        increment = (new UInt128(words[2], words[3]) << 1) | 1;
        Advance();
        state += new UInt128(words[0], words[1]);
        Advance();
    }

    /// <summary>64 random bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong NextUInt64()
    {
        Advance();
        return Output(state);
    }

    /// <summary>32 random bits; the other half of the 64 drawn is kept for the next call.</summary>
    public uint NextUInt32()
    {
        if (hasHalf)
        {
            hasHalf = false;
            return half;
        }

        var bits = NextUInt64();
        (hasHalf, half) = (true, (uint)(bits >> 32));
        return (uint)bits;
    }

    /// <summary>NumPy's <c>random()</c>: uniform in [0, 1), a multiple of 2^−53.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double NextDouble() => ToDouble(NextUInt64());

    /// <summary>NumPy's <c>uniform(low, high)</c>: in [low, high).</summary>
    public double Uniform(double low, double high) => low + ((high - low) * NextDouble());

    /// <summary>NumPy's <c>uniform(low, high, size)</c>.</summary>
    public void Uniform(double low, double high, Span<double> into)
    {
        // The state in a local: the compiler cannot know that what is written is not the state.
        var current = state;
        foreach (ref var value in into)
        {
            current = Next(current);
            value = low + ((high - low) * ToDouble(Output(current)));
        }

        state = current;
    }

    /// <summary>NumPy's <c>normal(mean, standardDeviation)</c>, by its ziggurat.</summary>
    public double Normal(double mean = 0, double standardDeviation = 1) => mean + (standardDeviation * StandardNormal());

    /// <summary>NumPy's <c>normal(mean, standardDeviation, size)</c>.</summary>
    public void Normal(double mean, double standardDeviation, Span<double> into)
    {
        foreach (ref var value in into)
        {
            value = Normal(mean, standardDeviation);
        }
    }

    /// <summary>NumPy's <c>integers(low, high)</c>: uniform in [low, high).</summary>
    /// <exception cref="ArgumentException">The range is empty.</exception>
    public long Integers(long low, long high)
    {
        if (low >= high)
        {
            throw new ArgumentException($"The range from {low} to {high} (exclusive) is empty.", nameof(high));
        }

        var span = (ulong)(high - 1) - (ulong)low;
        return span switch
        {
            0 => low,
            < uint.MaxValue => low + Bounded32((uint)span),
            uint.MaxValue => low + NextUInt32(),
            ulong.MaxValue => (long)NextUInt64(),
            _ => (long)((ulong)low + Bounded64(span)),
        };
    }

    /// <summary>NumPy's <c>choice(count)</c>: uniform in [0, count).</summary>
    public int Choice(int count) => (int)Integers(0, count);

    /// <summary>NumPy's <c>choice(n, p=probabilities)</c>: an index drawn with these probabilities.</summary>
    /// <exception cref="ArgumentException">There is no probability, one is negative, or they do not sum to 1 within 1e-8.</exception>
    public int Choice(ReadOnlySpan<double> probabilities)
    {
        var total = 0.0;
        foreach (var probability in probabilities)
        {
            total += probability >= 0 ? probability : double.NaN;
        }

        if (!(Math.Abs(total - 1) <= 1e-8))
        {
            throw new ArgumentException($"Probabilities must be at least 0 and sum to 1, but these sum to {total}.", nameof(probabilities));
        }

        var uniform = NextDouble();
        var cumulative = 0.0;
        for (var i = 0; i < probabilities.Length; i++)
        {
            cumulative += probabilities[i];
            if (cumulative / total > uniform)
            {
                return i;
            }
        }

        return probabilities.Length - 1;
    }

    /// <summary>The state, from which <see cref="Load"/> goes on with the same numbers.</summary>
    public RandomStreamState Save() => new(state, increment, hasHalf, half);

    /// <summary>Takes back a saved state.</summary>
    public void Load(RandomStreamState saved) => (state, increment, hasHalf, half) = (saved.State, saved.Increment, saved.HasHalf, saved.Half);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Output(UInt128 state) => ulong.RotateRight((ulong)(state >> 64) ^ (ulong)state, (int)(state >> 122));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double ToDouble(ulong bits) => (bits >> 11) * (1.0 / (1L << 53));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private UInt128 Next(UInt128 state) => (state * Multiplier) + increment;

    private void Advance() => state = Next(state);

    // Lemire's method (2019), as NumPy does it.
    private uint Bounded32(uint span)
    {
        var count = span + 1;
        var product = (ulong)NextUInt32() * count;
        if ((uint)product < count)
        {
            var threshold = (uint.MaxValue - span) % count;
            while ((uint)product < threshold)
            {
                product = (ulong)NextUInt32() * count;
            }
        }

        return (uint)(product >> 32);
    }

    private ulong Bounded64(ulong span)
    {
        var count = span + 1;
        var high = Math.BigMul(NextUInt64(), count, out var low);
        if (low < count)
        {
            var threshold = (ulong.MaxValue - span) % count;
            while (low < threshold)
            {
                high = Math.BigMul(NextUInt64(), count, out low);
            }
        }

        return high;
    }

    private double StandardNormal()
    {
        while (true)
        {
            var bits = NextUInt64();
            var layer = (int)(bits & 0xFF);
            var magnitude = (bits >> 9) & 0x000F_FFFF_FFFF_FFFF;
            var x = magnitude * NormalZiggurat.Widths[layer];
            x = (bits & 0x100) != 0 ? -x : x;
            if (magnitude < NormalZiggurat.Inside[layer])
            {
                return x;
            }

            if (layer == 0)
            {
                return Tail((magnitude & 0x100) != 0);
            }

            var (top, bottom) = (NormalZiggurat.Heights[layer - 1], NormalZiggurat.Heights[layer]);
            if (((top - bottom) * NextDouble()) + bottom < Math.Exp(-0.5 * x * x))
            {
                return x;
            }
        }
    }

    // Marsaglia's tail: exponential draws, accepted under the normal density.
    private double Tail(bool negative)
    {
        while (true)
        {
            var x = -NormalZiggurat.InverseTailStart * LogOnePlus(-NextDouble());
            var y = -LogOnePlus(-NextDouble());
            if (y + y > x * x)
            {
                return negative ? -(NormalZiggurat.TailStart + x) : NormalZiggurat.TailStart + x;
            }
        }
    }

    // log(1 + x), corrected for the rounding of 1 + x (Kahan); within an ulp of C's log1p.
    private static double LogOnePlus(double x)
    {
        var sum = 1 + x;
        return sum == 1 ? x : Math.Log(sum) - (((sum - 1) - x) / sum);
    }
}

/// <summary>NumPy's SeedSequence: turns a seed of any quality into well-mixed words.</summary>
internal static class SeedSequence
{
    private const int PoolSize = 4;

    /// <summary>The first words of <c>SeedSequence(seed).generate_state(n, uint64)</c>.</summary>
    public static void Generate(ulong seed, Span<ulong> words)
    {
        Span<uint> pool = stackalloc uint[PoolSize];
        var hash = 0x43B0D7E5u;
        for (var i = 0; i < PoolSize; i++)
        {
            pool[i] = Hash(i < 2 ? (uint)(seed >> (32 * i)) : 0, ref hash, 0x931E8875);
        }

        for (var source = 0; source < PoolSize; source++)
        {
            for (var target = 0; target < PoolSize; target++)
            {
                if (source != target)
                {
                    var mixed = (0xCA01F9DD * pool[target]) - (0x4973F715 * Hash(pool[source], ref hash, 0x931E8875));
                    pool[target] = mixed ^ (mixed >> 16);
                }
            }
        }

        hash = 0x8B51F9DD;
        for (var i = 0; i < words.Length; i++)
        {
            ulong low = Hash(pool[2 * i % PoolSize], ref hash, 0x58F38DED), high = Hash(pool[((2 * i) + 1) % PoolSize], ref hash, 0x58F38DED);
            words[i] = low | (high << 32);
        }
    }

    private static uint Hash(uint value, ref uint hash, uint multiplier)
    {
        value ^= hash;
        hash *= multiplier;
        value *= hash;
        return value ^ (value >> 16);
    }
}
