using System.Runtime.CompilerServices;

namespace Bellman.Numerics;

/// <summary>Stochastic gradient descent, with momentum if asked (the form of PyTorch: the learning rate multiplies the running sum).</summary>
public sealed unsafe class Sgd : Optimizer
{
    private readonly FlatMemory velocity;
    private readonly double momentum;
    private readonly bool nesterov;

    /// <summary>Takes ownership of the parameters.</summary>
    /// <param name="parameters">What it changes.</param>
    /// <param name="learningRate">The size of a step.</param>
    /// <param name="momentum">Decay of the running sum of gradients; 0 for none.</param>
    /// <param name="nesterov">Whether the step looks ahead along the running sum.</param>
    /// <param name="weightDecay">Times the weight, added to the gradient (L2).</param>
    public Sgd(IEnumerable<Parameter> parameters, double learningRate, double momentum = 0, bool nesterov = false, double weightDecay = 0)
        : this([new ParameterGroup(parameters)], learningRate, momentum, nesterov, weightDecay)
    {
    }

    /// <summary>Takes ownership of groups of parameters, each with its own settings.</summary>
    /// <inheritdoc cref="Sgd(IEnumerable{Parameter}, double, double, bool, double)"/>
    public Sgd(IEnumerable<ParameterGroup> groups, double learningRate, double momentum = 0, bool nesterov = false, double weightDecay = 0)
        : base(groups, learningRate, weightDecay)
    {
        velocity = new FlatMemory(FlatCount);
        this.momentum = momentum;
        this.nesterov = nesterov;
    }

    private protected override void Update(in GroupRange range) =>
        KernelDispatch.Run(new Kernel
        {
            Weights = range.Weights,
            Gradient = range.Gradient,
            Velocity = velocity.Memory + range.Start,
            Count = range.Count,
            Scale = range.Scale,
            Decay = (float)range.WeightDecay,
            Momentum = (float)momentum,
            LearningRate = (float)range.LearningRate,
            Nesterov = nesterov,
        });

    private protected override IEnumerable<(string Name, FlatMemory Memory)> Moments() => [("velocity", velocity)];

    private struct Kernel : IKernel
    {
        public float* Weights, Gradient, Velocity;
        public nint Count;
        public float Scale, Decay, Momentum, LearningRate;
        public bool Nesterov;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<L>() where L : unmanaged, ILanes<L>
        {
            float* w = Weights, g = Gradient, v = Velocity;
            var n = Count;
            L zero = L.Create(0), scale = L.Create(Scale), decay = L.Create(Decay), momentum = L.Create(Momentum), step = L.Create(-LearningRate);
            for (nint i = 0; i < n; i += L.Count)
            {
                var weight = L.Load(w + i);
                var gradient = L.MultiplyAdd(decay, weight, L.Load(g + i) * scale);
                var sum = L.MultiplyAdd(momentum, L.Load(v + i), gradient);
                sum.Store(v + i);
                zero.Store(g + i);
                L.MultiplyAdd(step, Nesterov ? L.MultiplyAdd(momentum, sum, gradient) : sum, weight).Store(w + i);
            }
        }
    }
}
