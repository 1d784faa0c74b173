namespace Bellman.Numerics;

/// <summary>
/// The gradient's norm parameter by parameter and layer by layer, for metrics: it shows which part of a network learns and which one explodes. Measured only when asked for, between
/// <see cref="Optimizer.Backward"/> and <see cref="Optimizer.Apply"/>, which zeroes gradients; a measurement allocates nothing.
/// </summary>
public sealed unsafe class GradientNorms
{
    private readonly Optimizer optimizer;
    private readonly int[] layerOf;
    private readonly double[] parameters;
    private readonly double[] layers;

    /// <summary>Prepares to measure.</summary>
    /// <param name="optimizer">Whose gradients.</param>
    public GradientNorms(Optimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        this.optimizer = optimizer;
        parameters = new double[optimizer.Parameters.Count];
        layerOf = new int[parameters.Length];
        var names = new List<string>();
        for (var i = 0; i < layerOf.Length; i++)
        {
            var name = optimizer.Parameters[i].Name;
            var layer = name.LastIndexOf('.') is > 0 and var end ? name[..end] : name;
            layerOf[i] = names.IndexOf(layer);
            if (layerOf[i] < 0)
            {
                layerOf[i] = names.Count;
                names.Add(layer);
            }
        }

        Layers = names;
        layers = new double[names.Count];
    }

    /// <summary>The names of the layers, in the order of their first parameter: parameters' names up to the last dot, so that <c>policy.0.weight</c> and <c>policy.0.bias</c> are of <c>policy.0</c>.</summary>
    public IReadOnlyList<string> Layers { get; }

    /// <summary>The norm of each parameter's gradient at the last <see cref="Measure"/>, in the order of <see cref="Optimizer.Parameters"/>.</summary>
    public ReadOnlySpan<double> PerParameter => parameters;

    /// <summary>The norm of each layer's gradient at the last <see cref="Measure"/>, its parameters taken as one vector, in the order of <see cref="Layers"/>.</summary>
    public ReadOnlySpan<double> PerLayer => layers;

    /// <summary>Measures the gradients as they are, before any clipping.</summary>
    public void Measure()
    {
        Array.Clear(layers);
        for (var i = 0; i < parameters.Length; i++)
        {
            var parameter = optimizer.Parameters[i];
            var squares = (double)Reductions.SumOfSquares(parameter.GradientMemory, parameter.Count);
            parameters[i] = Math.Sqrt(squares);
            layers[layerOf[i]] += squares;
        }

        for (var i = 0; i < layers.Length; i++)
        {
            layers[i] = Math.Sqrt(layers[i]);
        }
    }
}
