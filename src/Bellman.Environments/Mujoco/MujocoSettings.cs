namespace Bellman.Environments;

/// <summary>What every robot of MuJoCo's can be told.</summary>
public abstract record MujocoSettings
{
    /// <summary>A model to use instead of the robot's own: the path of an MJCF file with the same joints, other masses or another ground perhaps.</summary>
    public string? XmlFile { get; init; }

    /// <summary>How many steps the integrator makes while an action lasts.</summary>
    public int FrameSkip { get; init; }

    /// <summary>Compiles the robot's own model, or the one that is named instead.</summary>
    /// <param name="name">Of the robot's own.</param>
    /// <exception cref="MujocoException">MuJoCo is missing or does not take the model.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The frame skip is not positive.</exception>
    internal MujocoModel Load(string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(FrameSkip, 1);
        return XmlFile is null ? MujocoModels.Load(name) : MujocoModel.FromFile(XmlFile);
    }
}

/// <summary>Reads robots' settings from options. Version 4 has neither another model nor another frame skip.</summary>
internal static class MujocoOptions
{
    public static T WithModel<T>(this T settings, EnvironmentOptions options, MujocoVersion version) where T : MujocoSettings => version == MujocoVersion.V4
        ? settings
        : settings with { XmlFile = options.Text("xmlFile", null), FrameSkip = options.Integer("frameSkip", settings.FrameSkip) };
}
