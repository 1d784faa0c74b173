#:project ../src/Bellman.Numerics/Bellman.Numerics.csproj
#:property PublishAot=false

// Lesson 3: A small GPT.
//
// A language model is a policy: it sees the words so far and gives each next word a probability. Here it learns to describe walks on a grid, in a text
// that the program writes itself. Where somebody stands after a step follows from where they stood and where they went, so a good model can know it.
//
// The network is GPT-2's in small: 4 layers, width 128, 4 heads, sequences of 64 words, a vocabulary of 1024. Nothing about it is special to this library
// but what is printed in the end: a step of training allocates nothing, two threads compute the same bits as one, and memory can be had for time.

using System.Diagnostics;
using Bellman.Numerics;

const int Batch = 32, Length = 64;
var steps = args.Length > 0 ? int.Parse(args[0]) : 120;

var one = Train(threads: 1, recompute: false, steps);
Console.WriteLine($"The loss falls from {one.Losses[0]:0.00} to {one.Losses[^1]:0.00}; guessing costs {Math.Log(GridText.Vocabulary):0.00}.");
Console.WriteLine($"One thread:   {one}");

// The same on two threads; and keeping no more of a block than its output, which is computed again when its gradient is.
var two = Train(threads: 2, recompute: false, Math.Min(steps, 40));
Console.WriteLine($"Two threads:  {two}");
var lean = Train(threads: 2, recompute: true, Math.Min(steps, 40));
Console.WriteLine($"Recomputing:  {lean}");

if (!(one.Losses[^1] < 0.7 * one.Losses[0]) || one.Allocated + two.Allocated + lean.Allocated != 0)
{
    Console.Error.WriteLine("This does not hold: the loss falls by a third, and steps allocate nothing.");
    return 1;
}

if (!two.Losses.SequenceEqual(one.Losses.Take(two.Losses.Length)) || !lean.Losses.SequenceEqual(two.Losses) || lean.Peak > 0.6 * two.Peak)
{
    Console.Error.WriteLine("This does not hold: neither threads nor recomputing change the bits, and recomputing saves memory.");
    return 1;
}

return 0;

static Run Train(int threads, bool recompute, int steps)
{
    NumericsThreads.Count = threads;
    var random = new SplittableRandom(1);
    var text = new GridText(random.Split("text"));
    var model = new SmallGpt(random.Split("weights"), recompute);
    var optimizer = new AdamW(model.Parameters, learningRate: 1e-3, weightDecay: 0.01);
    using var tape = new Tape();
    var (losses, times, before) = (new float[steps], new double[steps], 0L);
    for (var step = 0; step < steps; step++)
    {
        // What grows on the first steps - the tape's memory, packed matrices - stays.
        before = step == 5 ? GC.GetTotalAllocatedBytes(precise: true) : before;
        var start = Stopwatch.GetTimestamp();
        tape.Reset();
        var words = tape.Indices(Batch * Length, out var inputs);
        var next = tape.Indices(Batch * Length, out var targets);
        text.Fill(inputs, targets);
        using (NumericsThreads.Hot())
        {
            var loss = model.Loss(words, next);
            losses[step] = loss.Item;
            optimizer.Step(loss, maximumGradientNorm: 1);
        }

        times[step] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
    tape.Reset();
    return new Run(losses, times.Order().ElementAt(steps / 2), allocated, tape.HighWaterMark);
}

/// <summary>What a training run showed.</summary>
sealed record Run(float[] Losses, double Milliseconds, long Allocated, long Peak)
{
    public override string ToString() => $"{Milliseconds:0.0} ms a step, {Allocated} bytes allocated, at most {Peak / 1e6:0.0} MB of values and gradients";
}

/// <summary>GPT-2 in small: words and places are looked up, blocks of attention and small networks follow, and the last layer scores every word.</summary>
sealed class SmallGpt : Module
{
    private const int Width = 128, Heads = 4, Layers = 4;
    private readonly Embedding words;
    private readonly Embedding places;
    private readonly Func<Tensor, Tensor>[] blocks = new Func<Tensor, Tensor>[Layers];
    private readonly bool recompute;
    private readonly LayerNorm norm;
    private readonly Parameter head;

    public SmallGpt(SplittableRandom random, bool recompute)
    {
        this.recompute = recompute;
        words = Add(new Embedding("words", GridText.Vocabulary, Width, random, standardDeviation: 0.02));
        places = Add(new Embedding("places", 64, Width, random, standardDeviation: 0.02));
        for (var i = 0; i < Layers; i++)
        {
            blocks[i] = Add(new TransformerBlock($"blocks.{i}", Width, Heads, causal: true, random, initializer: Initializer.Normal(0.02))).Forward;
        }

        norm = Add(new LayerNorm("norm", Width));
        head = Add(new Linear("head", Width, GridText.Vocabulary, Activation.None, Initializer.Normal(0.02), random)).Weight;
    }

    /// <summary>The mean of −log p(next word), over all places of all sequences.</summary>
    public Tensor Loss(IndexTensor inputs, IndexTensor targets)
    {
        var length = places.Weight.Shape[0];
        var x = words.Forward(inputs).Reshape((inputs.Count / length, length, Width)) + inputs.Tape.Use(places.Weight);
        foreach (var block in blocks)
        {
            x = recompute ? x.Tape.Recompute(block, x) : block(x);
        }

        return norm.Forward(x).CrossEntropy(inputs.Tape.Use(head), targets);
    }
}

/// <summary>Endless reports of walks: "robot 17 at 3 5 goes north to 3 6 ." Numbers are words too.</summary>
sealed class GridText(SplittableRandom random)
{
    public const int Vocabulary = 1024;
    private const int Size = 8, At = 1, Goes = 2, To = 3, Stop = 4, FirstDirection = 5, FirstNumber = 16, FirstName = 64;
    private static readonly int[] Dx = [0, 1, 0, -1], Dy = [1, 0, -1, 0];

    private readonly int[] sentence = new int[10];
    private int read = 10, name, x, y;

    /// <summary>Sequences of words, and for each word the one that follows.</summary>
    public void Fill(Span<int> inputs, Span<int> targets)
    {
        var word = Next();
        for (var i = 0; i < inputs.Length; i++)
        {
            inputs[i] = word;
            word = targets[i] = Next();
        }
    }

    private int Next()
    {
        if (read == sentence.Length)
        {
            Tell();
            read = 0;
        }

        return sentence[read++];
    }

    private void Tell()
    {
        // Now and then somebody else is spoken of; whoever is at the edge stays there.
        if (random.NextInt32(4) == 0)
        {
            (name, x, y) = (random.NextInt32(Vocabulary - FirstName), random.NextInt32(Size), random.NextInt32(Size));
        }

        var direction = random.NextInt32(4);
        (sentence[0], sentence[1], sentence[2], sentence[3]) = (FirstName + name, At, FirstNumber + x, FirstNumber + y);
        (sentence[4], sentence[5], sentence[6]) = (Goes, FirstDirection + direction, To);
        (x, y) = (Math.Clamp(x + Dx[direction], 0, Size - 1), Math.Clamp(y + Dy[direction], 0, Size - 1));
        (sentence[7], sentence[8], sentence[9]) = (FirstNumber + x, FirstNumber + y, Stop);
    }
}
