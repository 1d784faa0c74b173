using System.Runtime.CompilerServices;

namespace Bellman.Numerics;

/// <summary>
/// Weights that follow others slowly: the target networks of off-policy learning (Polyak averaging) and the exponential moving average (EMA) that is evaluated in place of the last weights.
/// The followers lie in one flat buffer; where the followed do too, as in an optimizer, an update is one pass over both.
/// </summary>
public sealed unsafe class WeightAverage
{
    private readonly Parameter[] source;
    private readonly Parameter[] average;
    private readonly Parameter[] sourceBuffers;
    private readonly Parameter[] averageBuffers;

    /// <summary>An average that begins as a copy. Buffers, as running statistics, are averages already: each update copies them.</summary>
    /// <param name="source">The module that learns.</param>
    /// <param name="average">A module of the same build, whose weights are no optimizer's; it is overwritten.</param>
    /// <exception cref="ArgumentException">The modules differ in their parameters' shapes, or an optimizer owns a weight of the average.</exception>
    public WeightAverage(Module source, Module average)
        : this(
            (source ?? throw new ArgumentNullException(nameof(source))).Parameters, (average ?? throw new ArgumentNullException(nameof(average))).Parameters,
            [.. source.Buffers], [.. average.Buffers])
    {
    }

    /// <summary>An average that begins as a copy.</summary>
    /// <param name="source">The parameters that learn.</param>
    /// <param name="average">As many of the same shapes, which are no optimizer's; they are overwritten.</param>
    /// <exception cref="ArgumentException">The numbers or shapes differ, a parameter comes twice or in both lists, or an optimizer owns one of the average.</exception>
    public WeightAverage(IReadOnlyList<Parameter> source, IReadOnlyList<Parameter> average)
        : this(source ?? throw new ArgumentNullException(nameof(source)), average ?? throw new ArgumentNullException(nameof(average)), [], [])
    {
    }

    private WeightAverage(IReadOnlyList<Parameter> source, IReadOnlyList<Parameter> average, Parameter[] sourceBuffers, Parameter[] averageBuffers)
    {
        (this.source, this.average) = ([.. source], [.. average]);
        (this.sourceBuffers, this.averageBuffers) = (sourceBuffers, averageBuffers);
        Check(this.source, this.average);
        Check(sourceBuffers, averageBuffers);

        nint total = 0, offset = 0;
        foreach (var parameter in this.average)
        {
            total += AlignedMemory.Pad(parameter.Count);
        }

        var memory = new FlatMemory(total);
        foreach (var parameter in this.average)
        {
            parameter.MoveTo(memory, offset);
            offset += AlignedMemory.Pad(parameter.Count);
        }

        Copy();
    }

    /// <summary>The weights that follow.</summary>
    public IReadOnlyList<Parameter> Parameters => average;

    /// <summary>Sets the average to the followed weights.</summary>
    public void Copy()
    {
        Copy(source, average);
        Copy(sourceBuffers, averageBuffers);
    }

    /// <summary>average ← average + rate · (source − average).</summary>
    /// <param name="rate">In [0, 1]: τ of Polyak averaging (0.005 is usual), 1 − decay of an EMA; 1 copies.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate lies outside [0, 1].</exception>
    public void Update(double rate)
    {
        if (rate is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(rate), $"The rate is {rate}; give a number from 0 to 1, as 0.005.");
        }

        if (rate == 1)
        {
            // Exactly: a + (s − a) is not always s.
            Copy();
            return;
        }

        Copy(sourceBuffers, averageBuffers);

        // Where parameters follow each other in both memories they are one run. Looked up each time, because an optimizer may have moved its weights since.
        for (int i = 0, next; i < average.Length; i = next)
        {
            float* from = source[i].Value, to = average[i].Value;
            var count = AlignedMemory.Pad(average[i].Count);
            for (next = i + 1; next < average.Length && source[next].Value == from + count && average[next].Value == to + count; next++)
            {
                count += AlignedMemory.Pad(average[next].Count);
            }

            KernelDispatch.Run(new Kernel { Source = from, Average = to, Count = count, Rate = (float)rate }, count);
        }
    }

    private static void Copy(Parameter[] from, Parameter[] to)
    {
        for (var i = 0; i < to.Length; i++)
        {
            to[i].CopyFrom(from[i].Values);
        }
    }

    private static void Check(Parameter[] source, Parameter[] average)
    {
        if (source.Length != average.Length)
        {
            throw new ArgumentException($"The source has {source.Length} parameters, the average {average.Length}; make both by the same code.", nameof(average));
        }

        var seen = new HashSet<Parameter>(source);
        for (var i = 0; i < average.Length; i++)
        {
            if (source[i].Shape != average[i].Shape)
            {
                throw new ArgumentException($"The source has {source[i]} where the average has {average[i]}; make both by the same code.", nameof(average));
            }

            if (average[i].Owner is not null)
            {
                throw new ArgumentException($"The parameter '{average[i].Name}' of the average belongs to an optimizer; average into a copy that none owns.", nameof(average));
            }

            if (!seen.Add(average[i]))
            {
                throw new ArgumentException($"The parameter '{average[i].Name}' of the average was given twice; average into a copy of its own.", nameof(average));
            }
        }
    }

    private struct Kernel : IRangeKernel<Kernel>
    {
        public float* Source, Average;
        public nint Count;
        public float Rate;

        public readonly Kernel Range(nint start, nint count) => this with { Source = Source + start, Average = Average + start, Count = count };

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<L>() where L : unmanaged, ILanes<L>
        {
            float* s = Source, a = Average;
            var n = Count;
            L rate = L.Create(Rate), tiny = L.Create(1e-30f);
            for (nint i = 0; i < n; i += L.Count)
            {
                var average = L.Load(a + i);
                average = L.MultiplyAdd(rate, L.Load(s + i) - average, average);

                // On its way to a weight of zero the average would become subnormal, which costs four times the time.
                (average & L.LessThan(tiny, L.Abs(average))).Store(a + i);
            }
        }
    }
}
