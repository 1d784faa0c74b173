using System.Numerics;
using System.Runtime.CompilerServices;

namespace Bellman.Numerics;

/// <summary>The whole state of a <see cref="SplittableRandom"/>, for checkpoints.</summary>
/// <param name="Key">What streams split from it are derived from.</param>
/// <param name="S0">First word of the generator.</param>
/// <param name="S1">Second word of the generator.</param>
/// <param name="S2">Third word of the generator.</param>
/// <param name="S3">Fourth word of the generator.</param>
public readonly record struct SplittableRandomState(ulong Key, ulong S0, ulong S1, ulong S2, ulong S3);

/// <summary>
/// The learners' random numbers: xoshiro256++ (Blackman and Vigna 2021), seeded through SplitMix64 from a key.
/// Each consumer takes its own stream by name, so that one consumer's draws never move another's.
/// </summary>
public sealed class SplittableRandom
{
    private ulong key;
    private ulong s0;
    private ulong s1;
    private ulong s2;
    private ulong s3;

    /// <summary>The root of a family of streams.</summary>
    public SplittableRandom(ulong seed)
    {
        key = seed;
        s0 = Mix(ref seed);
        s1 = Mix(ref seed);
        s2 = Mix(ref seed);
        s3 = Mix(ref seed);
    }

    /// <summary>The stream of a name: always the same for the same root and name, whatever has been drawn from this one.</summary>
    public SplittableRandom Split(string name)
    {
        ArgumentNullException.ThrowIfNull(name);

        // FNV-1a of the characters, then mixed with the key.
        var hash = 14695981039346656037UL;
        foreach (var character in name)
        {
            hash = (hash ^ character) * 1099511628211UL;
        }

        return new SplittableRandom(Combine(key, hash));
    }

    /// <summary>The stream of an index: always the same for the same root and index, whatever has been drawn from this one.</summary>
    public SplittableRandom Split(int index) => new(Combine(key, (ulong)index + 0x632BE59BD9B4E019UL));

    /// <summary>64 random bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong NextUInt64()
    {
        var result = BitOperations.RotateLeft(s0 + s3, 23) + s0;
        var t = s1 << 17;
        s2 ^= s0;
        s3 ^= s1;
        s1 ^= s2;
        s0 ^= s3;
        s2 ^= t;
        s3 = BitOperations.RotateLeft(s3, 45);
        return result;
    }

    /// <summary>Uniform in [0, 1), a multiple of 2^−24.</summary>
    public float NextSingle() => (NextUInt64() >> 40) * (1f / (1 << 24));

    /// <summary>Uniform in [0, 1), a multiple of 2^−53.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1L << 53));

    /// <summary>Uniform in [0, maximum), without bias (Lemire 2019, arXiv:1805.10941).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The maximum is not positive.</exception>
    public int NextInt32(int exclusiveMaximum)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(exclusiveMaximum);
        var range = (uint)exclusiveMaximum;
        var product = (NextUInt64() >> 32) * range;
        if ((uint)product < range)
        {
            var threshold = (uint)-(int)range % range;
            while ((uint)product < threshold)
            {
                product = (NextUInt64() >> 32) * range;
            }
        }

        return (int)(product >> 32);
    }

    /// <summary>A draw from the standard normal distribution (the polar method of Marsaglia; one number a call, so that the state is the generator's alone).</summary>
    public float Normal()
    {
        double u, v, square;
        do
        {
            u = (2 * NextDouble()) - 1;
            v = (2 * NextDouble()) - 1;
            square = (u * u) + (v * v);
        }
        while (square is >= 1 or 0);

        return (float)(u * Math.Sqrt(-2 * Math.Log(square) / square));
    }

    /// <summary>Independent draws from the standard normal distribution.</summary>
    public void Normal(Span<float> into)
    {
        foreach (ref var value in into)
        {
            value = Normal();
        }
    }

    /// <summary>Independent draws, uniform in [0, 1).</summary>
    public void Uniform(Span<float> into)
    {
        foreach (ref var value in into)
        {
            value = NextSingle();
        }
    }

    /// <summary>An index drawn with the given probabilities: the first whose cumulative sum exceeds a uniform number, or the last that is possible.</summary>
    /// <exception cref="ArgumentException">No probability is positive.</exception>
    public int Categorical(ReadOnlySpan<float> probabilities)
    {
        var uniform = NextSingle();
        var (sum, last) = (0f, -1);
        for (var i = 0; i < probabilities.Length; i++)
        {
            if (probabilities[i] > 0)
            {
                sum += probabilities[i];
                last = i;
                if (sum > uniform)
                {
                    return i;
                }
            }
        }

        return last >= 0 ? last : throw new ArgumentException("No probability is positive; check the mask and the logits.", nameof(probabilities));
    }

    /// <summary>The numbers from 0 in random order.</summary>
    public void Permutation(Span<int> into)
    {
        for (var i = 0; i < into.Length; i++)
        {
            into[i] = i;
        }

        Permute(into);
    }

    /// <summary>Shuffles (Fisher and Yates).</summary>
    public void Permute(Span<int> values)
    {
        for (var i = values.Length - 1; i > 0; i--)
        {
            var j = NextInt32(i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }

    /// <summary>The state, from which <see cref="Load"/> goes on with the same numbers.</summary>
    public SplittableRandomState Save() => new(key, s0, s1, s2, s3);

    /// <summary>Takes back a saved state.</summary>
    public void Load(SplittableRandomState state) => (key, s0, s1, s2, s3) = (state.Key, state.S0, state.S1, state.S2, state.S3);

    private static ulong Combine(ulong key, ulong with)
    {
        var mixed = key;
        mixed = Mix(ref mixed) ^ with;
        return Mix(ref mixed);
    }

    // SplitMix64 (Steele, Lea and Flood 2014).
    private static ulong Mix(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15UL;
        var z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
