using System.Runtime.CompilerServices;

namespace Bellman.Numerics;

/// <summary>Adam (Kingma and Ba 2015, arXiv:1412.6980): steps along the running mean of the gradient, divided by the root of its running square.</summary>
public sealed unsafe class Adam : Optimizer
{
    private readonly AdamMoments moments;

    /// <summary>Takes ownership of the parameters.</summary>
    /// <param name="parameters">What it changes.</param>
    /// <param name="learningRate">The size of a step.</param>
    /// <param name="beta1">Decay of the mean of gradients.</param>
    /// <param name="beta2">Decay of the mean of squared gradients.</param>
    /// <param name="epsilon">Added to the root; 1e-5 is usual in policy gradients.</param>
    /// <param name="weightDecay">Times the weight, added to the gradient (L2); <see cref="AdamW"/> decouples it.</param>
    public Adam(IEnumerable<Parameter> parameters, double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0)
        : this([new ParameterGroup(parameters)], learningRate, beta1, beta2, epsilon, weightDecay)
    {
    }

    /// <summary>Takes ownership of groups of parameters, each with its own settings.</summary>
    /// <inheritdoc cref="Adam(IEnumerable{Parameter}, double, double, double, double, double)"/>
    public Adam(IEnumerable<ParameterGroup> groups, double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0)
        : base(groups, learningRate, weightDecay) => moments = new AdamMoments(FlatCount, beta1, beta2, epsilon);

    private protected override void Update(in GroupRange range) =>
        moments.Update(range.Weights, range.Gradient, range.Start, range.Count, range.Scale, range.LearningRate, range.WeightDecay, shrink: 0, Steps);

    private protected override IEnumerable<(string Name, FlatMemory Memory)> Moments() => moments.Named();
}

/// <summary>Adam with decoupled weight decay (Loshchilov and Hutter 2019, arXiv:1711.05101): weights shrink by learning rate × decay, whatever the gradient's size.</summary>
public sealed unsafe class AdamW : Optimizer
{
    private readonly AdamMoments moments;

    /// <summary>Takes ownership of the parameters.</summary>
    /// <param name="parameters">What it changes.</param>
    /// <param name="learningRate">The size of a step.</param>
    /// <param name="beta1">Decay of the mean of gradients.</param>
    /// <param name="beta2">Decay of the mean of squared gradients.</param>
    /// <param name="epsilon">Added to the root.</param>
    /// <param name="weightDecay">The share, times the learning rate, by which weights shrink each step.</param>
    public AdamW(IEnumerable<Parameter> parameters, double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0.01)
        : this([new ParameterGroup(parameters)], learningRate, beta1, beta2, epsilon, weightDecay)
    {
    }

    /// <summary>Takes ownership of groups of parameters, each with its own settings.</summary>
    /// <inheritdoc cref="AdamW(IEnumerable{Parameter}, double, double, double, double, double)"/>
    public AdamW(IEnumerable<ParameterGroup> groups, double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0.01)
        : base(groups, learningRate, weightDecay) => moments = new AdamMoments(FlatCount, beta1, beta2, epsilon);

    private protected override void Update(in GroupRange range) =>
        moments.Update(range.Weights, range.Gradient, range.Start, range.Count, range.Scale, range.LearningRate, weightDecay: 0, range.LearningRate * range.WeightDecay, Steps);

    private protected override IEnumerable<(string Name, FlatMemory Memory)> Moments() => moments.Named();
}

/// <summary>The two running means of Adam, and its one pass over them.</summary>
internal sealed unsafe class AdamMoments(nint count, double beta1, double beta2, double epsilon)
{
    private readonly FlatMemory first = new(count);
    private readonly FlatMemory second = new(count);

    public IEnumerable<(string Name, FlatMemory Memory)> Named() => [("first_moment", first), ("second_moment", second)];

    public void Update(float* weights, float* gradient, nint start, nint n, float scale, double learningRate, double weightDecay, double shrink, long step) =>
        KernelDispatch.Run(new Kernel
        {
            Weights = weights,
            Gradient = gradient,
            First = first.Memory + start,
            Second = second.Memory + start,
            Count = n,
            Scale = scale,
            Decay = (float)weightDecay,
            Keep = (float)(1 - shrink),
            Beta1 = (float)beta1,
            Beta2 = (float)beta2,
            // Bias corrections in double: 1 − β2^t loses all digits in float for small t.
            StepSize = (float)(learningRate / (1 - Math.Pow(beta1, step))),
            RootScale = (float)(1 / Math.Sqrt(1 - Math.Pow(beta2, step))),
            Epsilon = (float)epsilon,
        }, n);

    private struct Kernel : IRangeKernel<Kernel>
    {
        public float* Weights, Gradient, First, Second;
        public nint Count;
        public float Scale, Decay, Keep, Beta1, Beta2, StepSize, RootScale, Epsilon;

        public readonly Kernel Range(nint start, nint count) => this with
        {
            Weights = Weights + start,
            Gradient = Gradient + start,
            First = First + start,
            Second = Second + start,
            Count = count,
        };

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<L>() where L : unmanaged, ILanes<L>
        {
            float* w = Weights, g = Gradient, m = First, v = Second;
            var n = Count;
            L zero = L.Create(0), scale = L.Create(Scale), decay = L.Create(Decay), keep = L.Create(Keep), step = L.Create(-StepSize);
            L beta1 = L.Create(Beta1), beta2 = L.Create(Beta2), rest1 = L.Create(1 - Beta1), rest2 = L.Create(1 - Beta2);
            L rootScale = L.Create(RootScale), epsilon = L.Create(Epsilon), tiny = L.Create(1e-30f);
            for (nint i = 0; i < n; i += L.Count)
            {
                var weight = L.Load(w + i);
                var gradient = L.MultiplyAdd(decay, weight, L.Load(g + i) * scale);
                var first = L.MultiplyAdd(beta1, L.Load(m + i), rest1 * gradient);
                var second = L.MultiplyAdd(beta2, L.Load(v + i), rest2 * gradient * gradient);

                // Subnormal moments would cost four times the time, and .NET cannot flush them.
                first &= L.LessThan(tiny, L.Abs(first));
                second &= L.LessThan(tiny, second);
                first.Store(m + i);
                second.Store(v + i);
                zero.Store(g + i);
                L.MultiplyAdd(step, first / L.MultiplyAdd(L.Sqrt(second), rootScale, epsilon), weight * keep).Store(w + i);
            }
        }
    }
}
