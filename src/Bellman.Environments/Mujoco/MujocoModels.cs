using System.Text;

namespace Bellman.Environments;

/// <summary>The models of Gymnasium's robots, written from their figures.</summary>
internal static class MujocoModels
{
    /// <summary>Compiles a model by name; <c>walker2d_v5</c> is the walker whose feet have the same grip.</summary>
    /// <exception cref="MujocoException">MuJoCo is missing.</exception>
    public static MujocoModel Load(string name) => name == "walker2d_v5"
        ? MujocoModel.FromXml(Read("walker2d").Replace("name=\"foot_geom\" ", "name=\"foot_geom\" friction=\"1.9 0.1 0.1\" ", StringComparison.Ordinal))
        : MujocoModel.FromXml(Read(name));

    private static string Read(string name)
    {
        using var stream = typeof(MujocoModels).Assembly.GetManifestResourceStream($"Bellman.Mujoco.{name}.xml")
            ?? throw new ArgumentException($"There is no model '{name}'.", nameof(name));
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
