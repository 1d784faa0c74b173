using System.Reflection;
using System.Runtime.Loader;

namespace Bellman.Cli;

/// <summary>A user's assembly, loaded so that it can be unloaded. Bellman's types are those of the running program, so that the environment is one of its own.</summary>
internal sealed class LoadedAssembly
{
    private readonly string path;
    private readonly Context context;
    private readonly Assembly assembly;

    public LoadedAssembly(string path)
    {
        this.path = path;
        context = new Context(path);

        // From memory, so that the file can be built again while it is in use.
        using var stream = new MemoryStream(File.ReadAllBytes(path));
        try
        {
            assembly = context.LoadFromStream(stream);
        }
        catch (BadImageFormatException)
        {
            context.Unload();
            throw new ArgumentException($"'{path}' is no .NET assembly.");
        }
    }

    /// <summary>The environments in it.</summary>
    /// <exception cref="InvalidOperationException">Its types cannot be loaded.</exception>
    public IReadOnlyList<Type> Environments() => [.. Types(typeof(IEnvironment)).Where(type => !typeof(Wrapper).IsAssignableFrom(type))];

    /// <summary>The environments of several agents in it.</summary>
    public IReadOnlyList<Type> Teams() => Types(typeof(IMultiAgentEnvironment));

    private List<Type> Types(Type contract)
    {
        try
        {
            return [.. assembly.GetTypes().Where(type => type is { IsClass: true, IsAbstract: false, IsGenericTypeDefinition: false } && contract.IsAssignableFrom(type))];
        }
        catch (ReflectionTypeLoadException exception)
        {
            throw new InvalidOperationException($"'{path}' was built against another version of Bellman or misses a library: {exception.LoaderExceptions.FirstOrDefault()?.Message ?? exception.Message}");
        }
    }

    /// <summary>Lets go of it; it is gone once none of its objects lives.</summary>
    public void Unload() => context.Unload();

    // It must not hold its own assembly: that would keep both for ever.
    private sealed class Context(string path) : AssemblyLoadContext(Path.GetFileName(path), isCollectible: true)
    {
        private readonly AssemblyDependencyResolver dependencies = new(path);

        protected override Assembly? Load(AssemblyName assemblyName)
        {
            if (assemblyName.Name is { } name && name.StartsWith("Bellman", StringComparison.Ordinal) && Default.Assemblies.FirstOrDefault(assembly => assembly.GetName().Name == name) is { } own)
            {
                return own;
            }

            return dependencies.ResolveAssemblyToPath(assemblyName) is { } file ? LoadFromAssemblyPath(file) : null;
        }

        protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
            dependencies.ResolveUnmanagedDllToPath(unmanagedDllName) is { } file ? LoadUnmanagedDllFromPath(file) : 0;
    }
}
