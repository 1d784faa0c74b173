using Bellman.Numerics;

namespace Bellman;

/// <summary>The networks of a policy: hidden layers and a head for actions, the same for values, from rows of floats.</summary>
internal sealed class PolicyNetworks
{
    private readonly bool shared;
    private readonly Mlp policyTrunk;
    private readonly Mlp valueTrunk;
    private readonly Linear policyHead;
    private readonly Linear valueHead;

    public PolicyNetworks(int inputs, Space actionSpace, PolicySettings settings, SplittableRandom random)
    {
        Initializer Start(double gain) => settings.OrthogonalInitialization ? Initializer.Orthogonal(gain) : Initializer.UniformFanIn();
        Mlp Trunk(string name) => new(name, inputs, settings.HiddenSizes, 0, settings.Activation, Start(Math.Sqrt(2)), Start(1), random.Split(name));
        shared = settings.SharedNetwork;
        policyTrunk = Trunk(shared ? "shared" : "policy");
        valueTrunk = shared ? policyTrunk : Trunk("value");
        var features = policyTrunk.OutputSize;
        Distribution = ActionDistributions.For(actionSpace, features, settings.LogStandardDeviation, settings.StateDependentExploration, settings.Epsilon, settings.Temperature);

        // A small policy head starts near the uniform policy, whatever the observation.
        policyHead = new Linear("policy.head", features, Distribution.ParameterCount, Activation.None, Start(0.01), random.Split("policy.head"));
        valueHead = new Linear("value.head", features, 1, Activation.None, Start(1), random.Split("value.head"));
        Parameters =
        [
            .. policyTrunk.Parameters,
            .. shared ? [] : valueTrunk.Parameters,
            .. policyHead.Parameters,
            .. valueHead.Parameters,
            .. Distribution.Parameters,
        ];
        Buffers = [.. policyTrunk.Buffers, .. shared ? [] : valueTrunk.Buffers, .. policyHead.Buffers, .. valueHead.Buffers];
    }

    public Distribution Distribution { get; }

    public IReadOnlyList<Parameter> Parameters { get; }

    public IReadOnlyList<Parameter> Buffers { get; }

    /// <summary>The head's output and the last hidden layer.</summary>
    public (Tensor Output, Tensor Features) Policy(Tensor input)
    {
        var features = policyTrunk.Forward(input);
        return (policyHead.Forward(features), features);
    }

    /// <summary>V(s), <c>[rows]</c>.</summary>
    /// <param name="input">The encoded observations.</param>
    /// <param name="policyFeatures">The last hidden layer of <see cref="Policy"/>, where that has been computed.</param>
    public Tensor Value(Tensor input, Tensor? policyFeatures = null)
    {
        var features = shared && policyFeatures is { } known ? known : valueTrunk.Forward(input);
        return valueHead.Forward(features).Reshape(input.Shape[0]);
    }
}
