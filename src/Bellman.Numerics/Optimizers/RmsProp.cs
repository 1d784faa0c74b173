using System.Runtime.CompilerServices;

namespace Bellman.Numerics;

/// <summary>RMSProp (Tieleman and Hinton 2012): steps along the gradient divided by the root of its running square.</summary>
public sealed unsafe class RmsProp : Optimizer
{
    private readonly FlatMemory square;
    private readonly FlatMemory velocity;
    private readonly double decay;
    private readonly double epsilon;
    private readonly bool epsilonInsideRoot;
    private readonly double momentum;

    /// <summary>Takes ownership of the parameters.</summary>
    /// <param name="parameters">What it changes.</param>
    /// <param name="learningRate">The size of a step.</param>
    /// <param name="decay">Decay of the mean of squared gradients.</param>
    /// <param name="epsilon">Added to the mean's root, or to the mean itself.</param>
    /// <param name="epsilonInsideRoot">
    /// True for TensorFlow's form, √(mean + ε) with the mean starting at 1, which A2C's published results were made with; false for PyTorch's, √mean + ε from 0.
    /// </param>
    /// <param name="momentum">Decay of the running sum of steps; 0 for none.</param>
    /// <param name="weightDecay">Times the weight, added to the gradient (L2).</param>
    public RmsProp(IEnumerable<Parameter> parameters, double learningRate = 1e-2, double decay = 0.99, double epsilon = 1e-8, bool epsilonInsideRoot = false, double momentum = 0, double weightDecay = 0)
        : this([new ParameterGroup(parameters)], learningRate, decay, epsilon, epsilonInsideRoot, momentum, weightDecay)
    {
    }

    /// <summary>Takes ownership of groups of parameters, each with its own settings.</summary>
    /// <inheritdoc cref="RmsProp(IEnumerable{Parameter}, double, double, double, bool, double, double)"/>
    public RmsProp(IEnumerable<ParameterGroup> groups, double learningRate = 1e-2, double decay = 0.99, double epsilon = 1e-8, bool epsilonInsideRoot = false, double momentum = 0, double weightDecay = 0)
        : base(groups, learningRate, weightDecay)
    {
        square = new FlatMemory(FlatCount);
        velocity = new FlatMemory(FlatCount);
        this.decay = decay;
        this.epsilon = epsilon;
        this.epsilonInsideRoot = epsilonInsideRoot;
        this.momentum = momentum;
        if (epsilonInsideRoot)
        {
            square.Span.Fill(1);
        }
    }

    private protected override void Update(in GroupRange range) =>
        KernelDispatch.Run(new Kernel
        {
            Weights = range.Weights,
            Gradient = range.Gradient,
            Square = square.Memory + range.Start,
            Velocity = velocity.Memory + range.Start,
            Count = range.Count,
            Scale = range.Scale,
            WeightDecay = (float)range.WeightDecay,
            Decay = (float)decay,
            InsideRoot = epsilonInsideRoot ? (float)epsilon : 0,
            OutsideRoot = epsilonInsideRoot ? 0 : (float)epsilon,
            Momentum = (float)momentum,
            LearningRate = (float)range.LearningRate,
        });

    private protected override IEnumerable<(string Name, FlatMemory Memory)> Moments() => [("mean_square", square), ("velocity", velocity)];

    private struct Kernel : IKernel
    {
        public float* Weights, Gradient, Square, Velocity;
        public nint Count;
        public float Scale, WeightDecay, Decay, InsideRoot, OutsideRoot, Momentum, LearningRate;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<L>() where L : unmanaged, ILanes<L>
        {
            float* w = Weights, g = Gradient, s = Square, v = Velocity;
            var n = Count;
            L zero = L.Create(0), scale = L.Create(Scale), weightDecay = L.Create(WeightDecay), decay = L.Create(Decay), rest = L.Create(1 - Decay), momentum = L.Create(Momentum);
            L inside = L.Create(InsideRoot), outside = L.Create(OutsideRoot), step = L.Create(-LearningRate), tiny = L.Create(1e-30f);
            for (nint i = 0; i < n; i += L.Count)
            {
                var weight = L.Load(w + i);
                var gradient = L.MultiplyAdd(weightDecay, weight, L.Load(g + i) * scale);
                var square = L.MultiplyAdd(decay, L.Load(s + i), rest * gradient * gradient);
                square &= L.LessThan(tiny, square);
                var sum = L.MultiplyAdd(momentum, L.Load(v + i), gradient / (L.Sqrt(square + inside) + outside));
                square.Store(s + i);
                sum.Store(v + i);
                zero.Store(g + i);
                L.MultiplyAdd(step, sum, weight).Store(w + i);
            }
        }
    }
}
