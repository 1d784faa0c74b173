namespace Bellman;

public sealed partial class Policy
{
    /// <summary>Saves.</summary>
    public void Save(string path) => File.WriteAllText(path, WeightsSha256);
}
