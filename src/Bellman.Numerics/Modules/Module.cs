namespace Bellman.Numerics;

/// <summary>A part of a network: it owns parameters and computes with them on whatever tape its input lies.</summary>
public abstract class Module
{
    private readonly List<Parameter> parameters = [];
    private readonly List<Parameter> buffers = [];

    /// <summary>The parameters of this part and of those inside it, in the order they were made.</summary>
    public IReadOnlyList<Parameter> Parameters => parameters;

    /// <summary>What is kept with the weights but not learned, of this part and of those inside it, such as running statistics. No optimizer owns it.</summary>
    public IReadOnlyList<Parameter> Buffers => buffers;

    /// <summary>Copies every weight and buffer of a module of the same build, as for a target network.</summary>
    /// <exception cref="ArgumentException">The modules differ in their parameters' shapes.</exception>
    public void CopyFrom(Module source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (source.parameters.Count != parameters.Count || source.buffers.Count != buffers.Count)
        {
            throw new ArgumentException(
                $"The source has {source.parameters.Count} parameters and {source.buffers.Count} buffers, this module {parameters.Count} and {buffers.Count}; copy between modules of one build.", nameof(source));
        }

        for (var i = 0; i < parameters.Count; i++)
        {
            parameters[i].CopyFrom(source.parameters[i].Values);
        }

        for (var i = 0; i < buffers.Count; i++)
        {
            buffers[i].CopyFrom(source.buffers[i].Values);
        }
    }

    /// <summary>Makes a parameter of this part.</summary>
    protected Parameter Add(Parameter parameter)
    {
        parameters.Add(parameter);
        return parameter;
    }

    /// <summary>Makes a buffer of this part.</summary>
    protected Parameter AddBuffer(Parameter buffer)
    {
        buffers.Add(buffer);
        return buffer;
    }

    /// <summary>Takes in another part with its parameters and buffers.</summary>
    protected TModule Add<TModule>(TModule module) where TModule : Module
    {
        ArgumentNullException.ThrowIfNull(module);
        parameters.AddRange(module.Parameters);
        buffers.AddRange(module.Buffers);
        return module;
    }
}
