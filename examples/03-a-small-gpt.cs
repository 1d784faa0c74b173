#:project ../src/Bellman.Numerics/Bellman.Numerics.csproj
#:property PublishAot=false

// Lesson 3: A small GPT.
//
// A language model is a policy: it sees the words so far and gives each next word a probability. Here it learns to describe walks on a grid, in a text
// that the program writes itself. Where somebody stands after a step follows from where they stood and where they went, so a good model can know it.
//
// The network is GPT-2's in small: 4 layers, width 128, 4 heads, sequences of 64 words, a vocabulary of 1024. Nothing about it is special to this library
// but what is printed in the end: a step of training allocates nothing, and two threads compute the same bits as one.

using System.Diagnostics;
using Bellman.Numerics;

const int Batch = 32, Length = 64;
var steps = args.Length > 0 ? int.Parse(args[0]) : 120;

var (losses, times, allocated, peak) = Train(threads: 1, steps);
Console.WriteLine($"One thread:  {Median(times):0.0} ms a step, {allocated} bytes allocated, at most {peak / 1e6:0.0} MB of values and gradients");
Console.WriteLine($"The loss falls from {losses[0]:0.00} to {losses[^1]:0.00}; guessing costs {Math.Log(GridText.Vocabulary):0.00}.");

var (again, timesOfTwo, allocatedByTwo, _) = Train(threads: 2, Math.Min(steps, 40));
var same = again.SequenceEqual(losses.Take(again.Length));
Console.WriteLine($"Two threads: {Median(timesOfTwo):0.0} ms a step, {allocatedByTwo} bytes allocated, {(same ? "the same bits" : "other bits")}");

if (!(losses[^1] < 0.7 * losses[0]) || allocated != 0 || allocatedByTwo != 0 || !same)
{
    Console.Error.WriteLine("This does not hold: the loss falls by a third, steps allocate nothing, and threads do not change the bits.");
    return 1;
}

return 0;

static double Median(double[] times) => times.Order().ElementAt(times.Length / 2);

static (float[] Losses, double[] Milliseconds, long Allocated, long Peak) Train(int threads, int steps)
{
    NumericsThreads.Count = threads;
    var random = new SplittableRandom(1);
    var text = new GridText(random.Split("text"));
    var model = new SmallGpt(random.Split("weights"));
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
    return (losses, times, allocated, tape.HighWaterMark);
}

/// <summary>GPT-2 in small: words and places are looked up, blocks of attention and small networks follow, and the last layer scores every word.</summary>
sealed class SmallGpt : Module
{
    private const int Width = 128, Heads = 4, Layers = 4;
    private readonly Embedding words;
    private readonly Embedding places;
    private readonly TransformerBlock[] blocks = new TransformerBlock[Layers];
    private readonly LayerNorm norm;
    private readonly Parameter head;

    public SmallGpt(SplittableRandom random)
    {
        words = Add(new Embedding("words", GridText.Vocabulary, Width, random, standardDeviation: 0.02));
        places = Add(new Embedding("places", 64, Width, random, standardDeviation: 0.02));
        for (var i = 0; i < Layers; i++)
        {
            blocks[i] = Add(new TransformerBlock($"blocks.{i}", Width, Heads, causal: true, random, initializer: Initializer.Normal(0.02)));
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
            x = block.Forward(x);
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
        // Now and then somebody else is spoken of; who is at the edge stays there.
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
