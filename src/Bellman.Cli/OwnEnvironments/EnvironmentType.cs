using System.Globalization;
using System.Reflection;

namespace Bellman.Cli;

/// <summary>Makes environments of a user's type: constructor parameters are options, by their names.</summary>
internal static class EnvironmentType
{
    /// <summary>The type that is meant.</summary>
    /// <param name="types">The environments of the file.</param>
    /// <param name="teams">Its environments of several agents.</param>
    /// <param name="file">What was asked for.</param>
    /// <exception cref="ArgumentException">There is none, or several and none was named.</exception>
    public static Type Choose(IReadOnlyList<Type> types, IReadOnlyList<Type> teams, EnvironmentFile file)
    {
        if (types.Count == 0 && teams.Count > 0)
        {
            throw new ArgumentException($"'{teams[0].Name}' in '{file.Path}' has several agents (IMultiAgentEnvironment), and the command trains one alone; train them in a program: new Ppo(VectorEnvironment.From([new {teams[0].Name}()], seed: 1)).Learn(100_000).");
        }

        if (types.Count == 0)
        {
            throw new ArgumentException($"'{file.Path}' has no class that implements IEnvironment.");
        }

        if (file.TypeName is { } name)
        {
            return types.FirstOrDefault(type => type.FullName == name || type.Name == name)
                ?? throw new ArgumentException($"'{file.Path}' has no environment '{name}'; it has {Names(types)}.{DidYouMean.Hint(name, types.Select(type => type.Name))}");
        }

        return types.Count == 1 ? types[0] : throw new ArgumentException($"'{file.Path}' has several environments: {Names(types)}; write {Path.GetFileName(file.Path)}:{types[0].Name} to name one.");
    }

    /// <summary>What is known of it: what its static property <c>Spec</c> says, else what its constructor tells.</summary>
    public static EnvironmentSpec Describe(Type type, EnvironmentFile file)
    {
        const BindingFlags statics = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static;
        if (type.GetProperty("Spec", statics) is { } property && property.PropertyType == typeof(EnvironmentSpec) && property.GetValue(null) is EnvironmentSpec spec)
        {
            return spec with { Id = file.FullName };
        }

        var constructor = type.GetConstructors().Where(constructor => constructor.GetParameters().All(parameter => Understands(parameter.ParameterType))).MaxBy(constructor => constructor.GetParameters().Length)
            ?? throw new ArgumentException($"'{type.Name}' has no public constructor whose parameters are numbers, texts, flags or enums; add one, or a static property Spec that makes it.");
        return new EnvironmentSpec { Id = file.FullName, Description = $"{type.Name} of {Path.GetFileName(file.Path)}.", Factory = options => Make(constructor, options) };
    }

    private static string Names(IEnumerable<Type> types) => string.Join(", ", types.Select(type => type.Name).Order(StringComparer.Ordinal));

    private static bool Understands(Type type) =>
        type.IsEnum || type == typeof(double) || type == typeof(float) || type == typeof(int) || type == typeof(bool) || type == typeof(string);

    private static IEnvironment Make(ConstructorInfo constructor, EnvironmentOptions options)
    {
        var values = constructor.GetParameters().Select(parameter => Read(parameter, options)).ToArray();
        try
        {
            return (IEnvironment)constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, values, CultureInfo.InvariantCulture);
        }
        catch (Exception exception) when (exception is not (OutOfMemoryException or ArgumentException) || !constructor.GetParameters().Any(parameter => options.Text(parameter.Name!, null) is not null))
        {
            // What it says of an option that was given is the user's to hear; everything else is the environment's own.
            throw new InvalidOperationException($"'{constructor.DeclaringType!.Name}' cannot be made: its constructor threw {exception.GetType().Name}: {exception.Message.ReplaceLineEndings(" ").TrimEnd('.')}.", exception);
        }
    }

    private static object? Read(ParameterInfo parameter, EnvironmentOptions options)
    {
        var (name, type) = (parameter.Name!, parameter.ParameterType);
        if (!parameter.HasDefaultValue && options.Text(name, null) is null)
        {
            throw new ArgumentException($"The environment needs the option '{name}'; give it with --env-set {name}=….");
        }

        var otherwise = parameter.HasDefaultValue ? parameter.DefaultValue : null;
        if (type.IsEnum)
        {
            var text = options.Text(name, otherwise is null ? null : Enum.ToObject(type, otherwise).ToString());
            return Enum.TryParse(type, text, ignoreCase: true, out var value) ? value
                : throw new ArgumentException($"The option '{name}' is '{text}'; it must be one of {string.Join(", ", Enum.GetNames(type))}.");
        }

        return type == typeof(double) ? options.Number(name, otherwise as double? ?? 0)
            : type == typeof(float) ? (float)options.Number(name, otherwise as float? ?? 0)
            : type == typeof(int) ? options.Integer(name, otherwise as int? ?? 0)
            : type == typeof(bool) ? options.Flag(name, otherwise as bool? ?? false)
            : options.Text(name, otherwise as string);
    }
}
