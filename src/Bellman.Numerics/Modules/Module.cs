namespace Bellman.Numerics;

/// <summary>A part of a network: it owns parameters and computes with them on whatever tape its input lies.</summary>
public abstract class Module
{
    private readonly List<Parameter> parameters = [];

    /// <summary>The parameters of this part and of those inside it, in the order they were made.</summary>
    public IReadOnlyList<Parameter> Parameters => parameters;

    /// <summary>Copies every weight of a module of the same build, as for a target network.</summary>
    /// <exception cref="ArgumentException">The modules differ in their parameters' shapes.</exception>
    public void CopyFrom(Module source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (source.parameters.Count != parameters.Count)
        {
            throw new ArgumentException($"The source has {source.parameters.Count} parameters, this module {parameters.Count}.", nameof(source));
        }

        for (var i = 0; i < parameters.Count; i++)
        {
            parameters[i].CopyFrom(source.parameters[i].Values);
        }
    }

    /// <summary>Makes a parameter of this part.</summary>
    protected Parameter Add(Parameter parameter)
    {
        parameters.Add(parameter);
        return parameter;
    }

    /// <summary>Takes in another part with its parameters.</summary>
    protected TModule Add<TModule>(TModule module) where TModule : Module
    {
        ArgumentNullException.ThrowIfNull(module);
        parameters.AddRange(module.Parameters);
        return module;
    }
}
