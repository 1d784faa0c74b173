namespace Bellman.Numerics;

/// <summary>How the weights of a linear layer start. Biases start at 0 unless said.</summary>
public abstract class Initializer
{
    /// <summary>
    /// Orthogonal rows or columns times a gain (Saxe et al. 2014, arXiv:1312.6120); in policy gradients √2 for hidden layers, 0.01 for the policy's head, 1 for the value's.
    /// </summary>
    public static Initializer Orthogonal(double gain = 1) => new OrthogonalInitializer(gain);

    /// <summary>Uniform in ±gain·√(6 / (in + out)) (Glorot and Bengio 2010).</summary>
    public static Initializer XavierUniform(double gain = 1) => new UniformInitializer((inputs, outputs) => gain * Math.Sqrt(6.0 / (inputs + outputs)), biasToo: false);

    /// <summary>Uniform in ±√(6 / in): keeps the variance through ReLU layers (He et al. 2015, arXiv:1502.01852).</summary>
    public static Initializer KaimingUniform() => new UniformInitializer((inputs, _) => Math.Sqrt(6.0 / inputs), biasToo: false);

    /// <summary>Uniform in ±1/√in, biases too: the default of PyTorch's linear layer.</summary>
    public static Initializer UniformFanIn() => new UniformInitializer((inputs, _) => 1 / Math.Sqrt(inputs), biasToo: true);

    /// <summary>Normal with mean 0; GPT-2 takes a standard deviation of 0.02.</summary>
    public static Initializer Normal(double standardDeviation) => new NormalInitializer(standardDeviation);

    /// <summary>Every weight the same.</summary>
    public static Initializer Constant(float value) => new ConstantInitializer(value);

    /// <summary>Sets a layer's weights, <c>[in, out]</c>, and biases, <c>[out]</c>.</summary>
    public abstract void Initialize(Parameter weight, Parameter bias, SplittableRandom random);

    /// <summary>Sets weights to uniform numbers in ±<paramref name="limit"/>.</summary>
    internal static void FillUniform(Parameter parameter, double limit, SplittableRandom random)
    {
        var values = new float[parameter.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)(limit * ((2 * random.NextDouble()) - 1));
        }

        parameter.CopyFrom(values);
    }

    /// <summary>Sets weights to normal numbers with mean 0.</summary>
    internal static void FillNormal(Parameter parameter, double standardDeviation, SplittableRandom random)
    {
        var values = new float[parameter.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)(standardDeviation * random.Normal());
        }

        parameter.CopyFrom(values);
    }

    private sealed class NormalInitializer(double standardDeviation) : Initializer
    {
        public override void Initialize(Parameter weight, Parameter bias, SplittableRandom random) => FillNormal(weight, standardDeviation, random);
    }

    private sealed class ConstantInitializer(float value) : Initializer
    {
        public override void Initialize(Parameter weight, Parameter bias, SplittableRandom random)
        {
            var values = new float[weight.Count];
            values.AsSpan().Fill(value);
            weight.CopyFrom(values);
        }
    }

    private sealed class UniformInitializer(Func<int, int, double> bound, bool biasToo) : Initializer
    {
        public override void Initialize(Parameter weight, Parameter bias, SplittableRandom random)
        {
            var limit = bound(weight.Shape[0], weight.Shape[1]);
            FillUniform(weight, limit, random);
            if (biasToo)
            {
                FillUniform(bias, limit, random);
            }
        }
    }

    private sealed class OrthogonalInitializer(double gain) : Initializer
    {
        public override void Initialize(Parameter weight, Parameter bias, SplittableRandom random)
        {
            var (inputs, outputs) = (weight.Shape[0], weight.Shape[1]);
            var (count, length) = (Math.Min(inputs, outputs), Math.Max(inputs, outputs));

            // Modified Gram–Schmidt on normal vectors, each orthogonalised twice, gives directions distributed evenly over the sphere.
            var vectors = new double[count][];
            for (var i = 0; i < count; i++)
            {
                var vector = vectors[i] = new double[length];
                for (var j = 0; j < length; j++)
                {
                    vector[j] = random.Normal();
                }

                for (var pass = 0; pass < 2; pass++)
                {
                    for (var other = 0; other < i; other++)
                    {
                        Subtract(vector, vectors[other], Dot(vector, vectors[other]));
                    }
                }

                var norm = Math.Sqrt(Dot(vector, vector));
                for (var j = 0; j < length; j++)
                {
                    vector[j] /= norm;
                }
            }

            var values = new float[weight.Count];
            for (var i = 0; i < inputs; i++)
            {
                for (var o = 0; o < outputs; o++)
                {
                    values[(i * outputs) + o] = (float)(gain * (inputs <= outputs ? vectors[i][o] : vectors[o][i]));
                }
            }

            weight.CopyFrom(values);
        }

        private static double Dot(double[] a, double[] b)
        {
            var sum = 0.0;
            for (var i = 0; i < a.Length; i++)
            {
                sum += a[i] * b[i];
            }

            return sum;
        }

        private static void Subtract(double[] from, double[] direction, double amount)
        {
            for (var i = 0; i < from.Length; i++)
            {
                from[i] -= amount * direction[i];
            }
        }
    }
}
