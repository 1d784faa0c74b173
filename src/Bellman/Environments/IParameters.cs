namespace Bellman;

/// <summary>A task whose physical parameters (masses, lengths, friction, gains) can be looked at and changed by name. A change holds from the next reset at the latest; a reset does not undo it.</summary>
public interface IParameters
{
    /// <summary>The parameters' names, in camelCase.</summary>
    IReadOnlyList<string> ParameterNames { get; }

    /// <summary>A parameter's value, in SI units unless the task says otherwise.</summary>
    /// <exception cref="ArgumentException">There is no such parameter.</exception>
    double GetParameter(string name);

    /// <summary>Changes a parameter.</summary>
    /// <exception cref="ArgumentException">There is no such parameter, or it cannot have that value.</exception>
    void SetParameter(string name, double value);
}

/// <summary>Named parameters, for environments to answer <see cref="IParameters"/> from.</summary>
/// <param name="changed">What to do after a change; null for nothing.</param>
public sealed class ParameterTable(Action? changed = null)
{
    private readonly List<string> names = [];
    private readonly List<(Func<double> Get, Action<double> Set, double Least)> entries = [];

    /// <summary>The names, in the order in which they were added.</summary>
    public IReadOnlyList<string> Names => names;

    /// <summary>Adds a parameter.</summary>
    /// <param name="name">Its name, in camelCase.</param>
    /// <param name="get">Tells its value.</param>
    /// <param name="set">Takes a value.</param>
    /// <param name="least">The least value that makes sense; above 0 for masses and lengths.</param>
    public ParameterTable With(string name, Func<double> get, Action<double> set, double least = double.NegativeInfinity)
    {
        names.Add(name);
        entries.Add((get, set, least));
        return this;
    }

    /// <summary>A parameter's value.</summary>
    /// <exception cref="ArgumentException">There is no such parameter.</exception>
    public double Get(string name) => entries[IndexOf(name)].Get();

    /// <summary>Changes a parameter.</summary>
    /// <exception cref="ArgumentException">There is no such parameter, or the value is too small or not finite.</exception>
    public void Set(string name, double value)
    {
        var (_, set, least) = entries[IndexOf(name)];
        if (!(value >= least && double.IsFinite(value)))
        {
            throw new ArgumentException($"The parameter '{name}' cannot be {value}; {(double.IsFinite(value) ? $"it must be at least {least}" : "it must be finite")}.", nameof(value));
        }

        set(value);
        changed?.Invoke();
    }

    private int IndexOf(string name)
    {
        var index = names.FindIndex(other => string.Equals(other, name, StringComparison.OrdinalIgnoreCase));
        return index >= 0 ? index : throw new ArgumentException($"There is no parameter '{name}'; there are {string.Join(", ", names.Select(other => $"'{other}'"))}.{DidYouMean.Hint(name, names)}", nameof(name));
    }
}
