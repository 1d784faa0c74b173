namespace Bellman.Numerics.Tests;

/// <summary>The optimizers in double precision, element by element, as torch.optim's pages state their algorithms.</summary>
internal sealed class OptimizerTwin(string kind, double[] weights, double factor, double decay)
{
    public const double LearningRate = 0.02, Beta1 = 0.8, Beta2 = 0.95, Epsilon = 1e-6, Momentum = 0.7, Alpha = 0.9;

    private readonly double[] first = new double[weights.Length];
    private readonly double[] second = [.. weights.Select(_ => kind == "RMSpropTF" ? 1.0 : 0)];
    private int t;

    public double[] Weights => weights;

    /// <summary>The optimizer under test with the same settings.</summary>
    public static Optimizer Make(string kind, IEnumerable<ParameterGroup> groups, double decay) => kind switch
    {
        "SGD" => new Sgd(groups, LearningRate, weightDecay: decay),
        "Momentum" => new Sgd(groups, LearningRate, Momentum, weightDecay: decay),
        "Nesterov" => new Sgd(groups, LearningRate, Momentum, nesterov: true, decay),
        "Adam" => new Adam(groups, LearningRate, Beta1, Beta2, Epsilon, decay),
        "AdamW" => new AdamW(groups, LearningRate, Beta1, Beta2, Epsilon, decay),
        "RMSprop" => new RmsProp(groups, LearningRate, Alpha, Epsilon, momentum: Momentum, weightDecay: decay),
        "RMSpropTF" => new RmsProp(groups, LearningRate, Alpha, Epsilon, epsilonInsideRoot: true, Momentum, decay),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    public void Step(double[] gradient, double learningRate, double scale = 1)
    {
        t++;
        var rate = learningRate * factor;
        for (var i = 0; i < weights.Length; i++)
        {
            var g = gradient[i] * scale;
            switch (kind)
            {
                case "SGD" or "Momentum" or "Nesterov":
                    g += decay * weights[i];
                    first[i] = kind == "SGD" ? g : (Momentum * first[i]) + g;
                    weights[i] -= rate * (kind == "Nesterov" ? g + (Momentum * first[i]) : first[i]);
                    break;
                case "Adam" or "AdamW":
                    if (kind == "AdamW")
                    {
                        weights[i] -= rate * decay * weights[i];
                    }
                    else
                    {
                        g += decay * weights[i];
                    }

                    first[i] = (Beta1 * first[i]) + ((1 - Beta1) * g);
                    second[i] = (Beta2 * second[i]) + ((1 - Beta2) * g * g);
                    weights[i] -= rate * (first[i] / (1 - Math.Pow(Beta1, t))) / (Math.Sqrt(second[i] / (1 - Math.Pow(Beta2, t))) + Epsilon);
                    break;
                default:
                    g += decay * weights[i];
                    second[i] = (Alpha * second[i]) + ((1 - Alpha) * g * g);
                    first[i] = (Momentum * first[i]) + (g / (kind == "RMSpropTF" ? Math.Sqrt(second[i] + Epsilon) : Math.Sqrt(second[i]) + Epsilon));
                    weights[i] -= rate * first[i];
                    break;
            }
        }
    }
}
