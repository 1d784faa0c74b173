using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Bellman;

/// <summary>An option that an environment's constructor has.</summary>
/// <param name="Name">Its name, in camelCase.</param>
/// <param name="Default">What it is unless given, as a text; null for nothing.</param>
public sealed record EnvironmentOption(string Name, string? Default);

/// <summary>Constructor options by name. Names are camelCase, case does not matter, and Gymnasium's spelling (<c>is_slippery</c>) is taken too.</summary>
public sealed class EnvironmentOptions
{
    /// <summary>The option that names wrappers.</summary>
    internal const string Wrappers = "wrap";

    private const string ParameterPrefix = "parameter.";

    private readonly Dictionary<string, string> values = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<EnvironmentOption> asked = [];

    /// <summary>Options as given by a user.</summary>
    public EnvironmentOptions(IReadOnlyDictionary<string, string>? options = null)
    {
        foreach (var (name, value) in options ?? new Dictionary<string, string>())
        {
            values[Plain(name)] = value;
        }
    }

    /// <summary>What was asked for so far, each option once, in order: what an environment can be told.</summary>
    public IReadOnlyList<EnvironmentOption> Asked => asked;

    /// <summary>A number, or what it is otherwise.</summary>
    /// <exception cref="ArgumentException">The text is no number.</exception>
    public double Number(string name, double otherwise) => Find(name, otherwise.ToString(CultureInfo.InvariantCulture), out var text)
        ? double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : throw Wrong(name, text, "a number")
        : otherwise;

    /// <summary>A whole number, or what it is otherwise.</summary>
    /// <exception cref="ArgumentException">The text is no whole number.</exception>
    public int Integer(string name, int otherwise) => Find(name, otherwise.ToString(CultureInfo.InvariantCulture), out var text)
        ? int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) ? value : throw Wrong(name, text, "a whole number")
        : otherwise;

    /// <summary>True or false, or what it is otherwise.</summary>
    /// <exception cref="ArgumentException">The text is neither.</exception>
    public bool Flag(string name, bool otherwise) => Find(name, otherwise ? "true" : "false", out var text)
        ? bool.TryParse(text, out var value) ? value : throw Wrong(name, text, "true or false")
        : otherwise;

    /// <summary>A text, or what it is otherwise.</summary>
    [return: NotNullIfNotNull(nameof(otherwise))]
    public string? Text(string name, string? otherwise) => Find(name, otherwise, out var text) ? text : otherwise;

    /// <summary>Whether options ask for what batch forms do not have: parameters and wrappers.</summary>
    internal bool NeedSingleForms => values.Keys.Any(name => name.StartsWith(ParameterPrefix, StringComparison.OrdinalIgnoreCase)) || values.ContainsKey(Wrappers);

    /// <summary>
    /// Sets the parameters that are named <c>parameter.name</c>: a number is the value, <c>low..high</c> is drawn from anew in each episode. Besides an environment's own there are
    /// <c>actionDelay</c> and <c>observationDelay</c>, in steps.
    /// </summary>
    /// <exception cref="ArgumentException">The environment has no such parameter, or the text is no number.</exception>
    internal IEnvironment ApplyParameters(IEnvironment environment, string id)
    {
        List<ParameterRange> ranges = [];
        List<Func<IEnvironment, IEnvironment>> delays = [];
        foreach (var (option, text) in values.Where(pair => pair.Key.StartsWith(ParameterPrefix, StringComparison.OrdinalIgnoreCase)))
        {
            Ask(option, null);
            var name = option[ParameterPrefix.Length..];
            if (Delay(name) is { } delay)
            {
                // Any environment has these.
                delays.Add(inner => WrapperList.Apply(inner, $"{delay}:{text.Replace("..", ":", StringComparison.Ordinal)}", 0));
                continue;
            }

            var parameters = environment.As<IParameters>() ?? throw new ArgumentException($"'{id}' has no parameters, but '{option}' was given.");
            double[] bounds = [.. text.Split("..").Select(part => double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : throw Wrong(option, text, "a number, or a range as 0.5..1.5"))];
            switch (bounds)
            {
                case [var value]:
                    parameters.SetParameter(name, value);
                    break;
                case [var low, var high]:
                    ranges.Add(new ParameterRange(name, low, high));
                    break;
                default:
                    throw Wrong(option, text, "a number, or a range as 0.5..1.5");
            }
        }

        environment = ranges.Count > 0 ? new DomainRandomization(environment, ranges) : environment;
        return delays.Aggregate(environment, (inner, delay) => delay(inner));

        string? Delay(string name) => Array.Find(["actionDelay", "observationDelay"], delay => delay.Equals(name, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Refuses options that nobody asked for.</summary>
    /// <exception cref="ArgumentException">There is one.</exception>
    internal void RefuseUnread(string id)
    {
        var read = asked.ConvertAll(option => option.Name);
        foreach (var name in values.Keys)
        {
            if (!IsAsked(name))
            {
                throw new ArgumentException(read.Count == 0
                    ? $"'{id}' has no options, but '{name}' was given."
                    : $"'{id}' has no option '{name}'; it has {string.Join(", ", read.Order(StringComparer.Ordinal).Select(option => $"'{option}'"))}.{DidYouMean.Hint(name, read)}");
            }
        }
    }

    private static string Plain(string name) => name.Replace("_", "", StringComparison.Ordinal);

    private static ArgumentException Wrong(string name, string text, string expected) => new($"The option '{name}' is '{text}'; it must be {expected}.");

    private bool IsAsked(string name) => asked.Exists(option => string.Equals(option.Name, name, StringComparison.OrdinalIgnoreCase));

    private void Ask(string name, string? otherwise)
    {
        if (!IsAsked(name))
        {
            asked.Add(new EnvironmentOption(name, otherwise));
        }
    }

    private bool Find(string name, string? otherwise, [NotNullWhen(true)] out string? text)
    {
        Ask(name, otherwise);
        return values.TryGetValue(name, out text);
    }
}
